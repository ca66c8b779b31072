/// A register that comes in parts (tariffs, channels), exact to the millionth of a watt-hour until it is floored.
struct RegisterSum {
    /// In millionths of a watt-hour; `nil` before the first part.
    private(set) var microWattHours: Int64?
    /// The number of parts.
    private(set) var count = 0
    /// Whether it went over 10^12 Wh.
    private var overflows = false

    /// Adds a part; each is at most 10^12 Wh, so that nothing overflows before it is noticed.
    mutating func add(_ part: Int64) {
        count += 1
        let sum = (microWattHours ?? 0) + part
        overflows = overflows || sum / 1_000_000 > MeterReading.maximumWh
        microWattHours = overflows ? 0 : sum
    }

    /// The sum in Wh; `nil` if there are no parts, or the sum refuses the reading.
    func wattHours(_ field: StaticString, at: Int, _ draft: inout ReadingDraft) -> Int64? {
        guard let microWattHours else { return nil }
        guard !overflows else {
            draft.refuse(.outOfRange, field, at: at, "the parts of the register sum up to more than 10^12 Wh")
            return nil
        }
        return microWattHours / 1_000_000
    }
}
