/// A reading while an adapter collects it from a payload.
///
/// The first fault is kept; later ones do not matter.
struct ReadingDraft {
    /// What a payload says about the time of a reading.
    enum Time {
        /// Nothing: the time at which the hub took the record has to do.
        case none
        /// An instant, in microseconds since 1970-01-01T00:00:00Z.
        case instant(Int64)
        /// What a clock on the wall showed, and the member and place in the body that say so.
        case civil(Int64, field: StaticString, at: Int)
    }

    /// Where it begins in the body.
    let begin: Int
    /// When it was taken.
    var time = Time.none
    /// The import register in Wh.
    var importWh: Int64?
    /// The export register in Wh.
    var exportWh: Int64?
    /// How far it can be trusted.
    var quality = ReadingQuality.measured
    /// Why it is refused.
    private(set) var refusal: Refusal?

    /// Makes an empty reading that begins at this byte.
    init(begin: Int) { self.begin = begin }

    /// Refuses the reading, unless it already is.
    mutating func refuse(_ reason: RefusalReason, _ field: StaticString = "", at: Int, _ fault: StaticString) {
        if refusal == nil { refusal = Refusal(reason, field: field, at: at, fault) }
    }

    /// Checks a register given in millionths of a watt-hour; `nil` if that refuses the reading.
    ///
    /// So fine, because parts of a register are summed before they are floored to Wh.
    mutating func microWattHours(_ number: ScaledDecimal, _ field: StaticString, at: Int) -> Int64? {
        if number.isNegative {
            refuse(.negativeValue, field, at: at, "a register is never below zero")
            return nil
        }
        guard let magnitude = number.magnitude, magnitude < UInt64(MeterReading.maximumWh + 1) * 1_000_000 else {
            refuse(.outOfRange, field, at: at, "a register is at most 10^12 Wh")
            return nil
        }
        return Int64(magnitude)
    }
}
