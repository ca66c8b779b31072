/// Amounts of energy as people write them: whole Wh, or kWh with or without a fraction, `2714.128`.
public enum WattHoursText {
    /// Reads a decimal number of kWh as Wh, exactly; what is below a whole watt-hour is cut off, as meters do.
    ///
    /// - Returns: `nil`: it is no plain decimal number, or above `most`.
    public static func parseKilowattHours(_ text: String, most: Int64 = RegistryMeterSwap.mostWh) -> Int64? {
        let parts = text.utf8.split(separator: 0x2E, maxSplits: 1, omittingEmptySubsequences: false).map { [UInt8]($0) }
        guard let whole = parts.first, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else { return nil }
        let fraction = parts.count == 2 ? parts[1].prefix(3) : []
        var wattHours: Int64 = 0
        for digit in whole + fraction + Array(repeating: 0x30, count: 3 - fraction.count) {
            wattHours = wattHours * 10 + Int64(digit) - 0x30
            guard wattHours <= most else { return nil }
        }
        return wattHours
    }

    /// Reads a whole number of Wh.
    ///
    /// - Returns: `nil`: it is none, or above `most`.
    public static func parseWattHours(_ text: String, most: Int64 = RegistryMeterSwap.mostWh) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy(isDigit), let value = Int64(text), value <= most else { return nil }
        return value
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
