/// A reading while its members are being read, in whatever order they come.
///
/// The first fault is kept; later ones do not matter.
struct ReadingParts {
    private var reading = MeterReading(measuredAt: 0, importWh: nil, exportWh: nil)
    private var refusal: Refusal?
    private var hasTime = false
    private var hasImport = false
    private var hasExport = false

    /// Takes the instant of the reading.
    mutating func take(measuredAt: Int64) {
        reading.measuredAt = measuredAt
        hasTime = true
    }

    /// Takes the quality.
    mutating func take(_ quality: ReadingQuality) { reading.quality = quality }

    /// Takes what a member says about a register.
    ///
    /// - Parameters:
    ///   - energy: Wh; `nil` if the value has been refused.
    ///   - member: decides which of the two registers it is.
    ///   - at: where the value stands in the body.
    mutating func take(_ energy: Int64?, of member: TelemetryMember, at: Int) {
        let isRepeated = member.isOfExport ? hasExport : hasImport
        guard !isRepeated else {
            refuse(.badSchema, member, at: at, "the register is given twice; use one of …_wh, …_kwh and …_t")
            return
        }
        if member.isOfExport {
            hasExport = true
            reading.exportWh = energy
        } else {
            hasImport = true
            reading.importWh = energy
        }
    }

    /// Refuses the reading, unless it already is.
    mutating func refuse(_ reason: RefusalReason, _ member: TelemetryMember, at: Int, _ fault: StaticString) {
        if refusal == nil { refusal = Refusal(reason, field: member.spelling, at: at, fault) }
    }

    /// The reading once all of its members have been read.
    ///
    /// - Parameter begin: where it begins in the body.
    func finished(begin: Int) -> DecodedReading {
        var decoded = DecodedReading(reading: reading, refusal: refusal)
        guard refusal == nil else { return decoded }
        if !hasTime {
            decoded.refusal = Refusal(.badSchema, field: "t", at: begin, "the reading does not say its time")
        } else if !hasImport, !hasExport {
            decoded.refusal = Refusal(.badSchema, at: begin, "the reading has neither an import nor an export register")
        }
        return decoded
    }
}
