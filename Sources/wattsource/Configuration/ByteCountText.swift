/// Sizes as configuration writes them: bytes, or a whole number with `KiB`, `MiB` or `GiB`.
enum ByteCountText {
    private static let units: [(name: String, shift: Int)] = [("GiB", 30), ("MiB", 20), ("KiB", 10), ("", 0)]

    /// Reads a size; `nil` if it is none.
    static func parse(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let name = text.dropFirst(digits.count).drop { $0 == " " }
        guard let count = Int(digits), let unit = units.first(where: { $0.name == name }) else { return nil }
        let (bytes, overflows) = count.multipliedReportingOverflow(by: 1 << unit.shift)
        return overflows ? nil : bytes
    }

    /// Writes a size with the largest unit that divides it.
    static func render(_ bytes: Int) -> String {
        let unit = units.first { bytes != 0 && bytes % (1 << $0.shift) == 0 } ?? ("", 0)
        return "\(bytes >> unit.shift)\(unit.name)"
    }
}
