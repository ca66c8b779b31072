/// Instants and durations as text.
///
/// Instants are microseconds since 1970-01-01T00:00:00Z.
enum TimeText {
    /// The instant as RFC 3339 in UTC: `2016-08-01T07:00:00Z`, with six decimals only where there is a fraction of a second.
    static func utc(_ instant: Int64) -> String {
        let text = InstantText.render(instant)
        let fraction = ((instant % 1_000_000) + 1_000_000) % 1_000_000
        if fraction == 0 { return text }
        let digits = String(fraction)
        return text.dropLast() + "." + String(repeating: "0", count: 6 - digits.count) + digits + "Z"
    }

    /// The instant as RFC 3339 in UTC to the second, for tables; a dash for `nil`.
    static func seconds(_ instant: Int64?) -> String { instant.map(InstantText.render) ?? "-" }

    /// A duration in microseconds, in at most two units: `45 s`, `3 min 20 s`, `2 h`, `1 d 4 h`.
    static func duration(_ microseconds: Int64) -> String {
        let seconds = max(0, microseconds) / 1_000_000
        let units: [(length: Int64, name: String)] = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")]
        guard let first = units.firstIndex(where: { seconds >= $0.length }) else { return "0 s" }
        var text = "\(seconds / units[first].length) \(units[first].name)"
        if first + 1 < units.count {
            let rest = seconds % units[first].length / units[first + 1].length
            if rest > 0 { text += " \(rest) \(units[first + 1].name)" }
        }
        return text
    }
}
