/// A register that a meter gives as a total, as one value for each tariff, or as both.
struct TariffRegister {
    private var total = RegisterSum()
    private var tariffs = RegisterSum()
    private var seen: UInt8 = 0

    /// Takes a value in millionths of a watt-hour, and says whether it is the first of that tariff.
    ///
    /// - Parameter tariff: 0 for the total, else 1 to 7.
    mutating func take(_ microWattHours: Int64, tariff: Int) -> Bool {
        let bit: UInt8 = 1 << tariff
        guard seen & bit == 0 else { return false }
        seen |= bit
        if tariff == 0 { total.add(microWattHours) } else { tariffs.add(microWattHours) }
        return true
    }

    /// The total, else the sum of the tariffs, in Wh; `nil` if there is neither, or if it refuses the reading.
    func wattHours(_ field: StaticString, at: Int, _ draft: inout ReadingDraft) -> Int64? {
        (total.count > 0 ? total : tariffs).wattHours(field, at: at, &draft)
    }
}
