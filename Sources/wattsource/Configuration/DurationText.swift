/// Durations as configuration writes them: a whole number and a unit, `500ms`, `30s`, `15m`, `2h`, `35d`; several may be joined, `1h30m`.
enum DurationText {
    /// The units, the largest first, in milliseconds; a day is 24 hours.
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    /// Reads a duration; `nil` if it is none, or over 292 million years.
    static func parse(_ text: String) -> Duration? {
        var rest = Substring(text)
        var total: Int64 = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let count = Int64(digits), let factor = units.first(where: { $0.name == unit })?.milliseconds else {
                return nil
            }
            let (part, overflowsPart) = count.multipliedReportingOverflow(by: factor)
            let (sum, overflowsSum) = total.addingReportingOverflow(part)
            guard !overflowsPart, !overflowsSum else { return nil }
            total = sum
        }
        return .milliseconds(total)
    }

    /// Writes a duration with the largest unit that divides it; below a millisecond it is cut off.
    static func render(_ duration: Duration) -> String {
        let parts = duration.components
        let milliseconds = parts.seconds * 1_000 + parts.attoseconds / 1_000_000_000_000_000
        guard milliseconds != 0 else { return "0s" }
        let unit = units.first { milliseconds % $0.milliseconds == 0 } ?? ("ms", 1)
        return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }
}
