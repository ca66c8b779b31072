/// A reading while its members are being read, in whatever order they come.
///
/// The first fault is kept; later ones do not matter.
struct ReadingParts {
    private var reading = MeterReading(measuredAt: 0, importWh: nil, exportWh: nil)
    private var refusal: Refusal?
    /// Where its time stands in the body; -1: nowhere yet.
    private var timeAt = -1
    private var hasImport = false
    private var hasExport = false

    /// How far the start of an interval may be off the grid, in microseconds.
    private static var snapTolerance: Int64 { 30 * UTCTime.second }

    /// Takes the instant of the reading, and where it stands in the body.
    mutating func take(measuredAt: Int64, at: Int) {
        reading.measuredAt = measuredAt
        timeAt = at
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
        refuse(Refusal(reason, field: member.spelling, at: at, fault))
    }

    /// Refuses the reading, unless it already is.
    mutating func refuse(_ refusal: Refusal) {
        if self.refusal == nil { self.refusal = refusal }
    }

    /// The reading once all of its members have been read.
    ///
    /// - Parameters:
    ///   - begin: where it begins in the body.
    ///   - intervalSeconds: the length of its interval; 0 for a reading of registers.
    func finished(begin: Int, _ intervalSeconds: Int32) -> DecodedReading {
        var decoded = DecodedReading(reading: reading, refusal: refusal)
        guard refusal == nil else { return decoded }
        if timeAt < 0 {
            decoded.refusal = Refusal(.badSchema, field: "t", at: begin, "the reading does not say its time")
        } else if !hasImport, !hasExport {
            decoded.refusal = Refusal(.badSchema, at: begin, "the reading has neither an import nor an export register")
        } else if intervalSeconds > 0 {
            align(&decoded, intervalSeconds)
        }
        return decoded
    }

    /// Makes it the reading of an interval, and moves its start to the grid.
    private func align(_ decoded: inout DecodedReading, _ intervalSeconds: Int32) {
        decoded.reading.intervalSeconds = intervalSeconds
        let length = Int64(intervalSeconds) * UTCTime.second
        let past = ((reading.measuredAt % length) + length) % length
        guard past > 0 else { return }
        if past <= Self.snapTolerance {
            decoded.reading.measuredAt -= past
        } else if length - past <= Self.snapTolerance {
            decoded.reading.measuredAt += length - past
        } else {
            decoded.refusal = Refusal(
                .timeUnaligned,
                field: "t",
                at: timeAt,
                "the interval does not begin on the grid of its length (up to 30 s off it is moved there)"
            )
            return
        }
        decoded.reading.flags.insert(.snapped)
    }
}
