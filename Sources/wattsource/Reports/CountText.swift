import PostgresStore

/// Counts by reason or kind, and how much of a list was shown.
enum CountText {
    /// A table of counts.
    ///
    /// - Parameters:
    ///   - noun: what is counted: "dead letters".
    ///   - name: what they are counted by: "reason".
    static func lines(_ counts: [ReasonCount], of noun: String, by name: String) -> [String] {
        guard !counts.isEmpty else { return ["no \(noun)"] }
        var table = TextTable([.text(name), .number(noun)])
        for count in counts { table.append([count.reason, EnergyText.grouped(count.count)]) }
        table.setFooter(["total", EnergyText.grouped(counts.reduce(0) { $0 + $1.count })])
        return table.lines()
    }

    /// Says below a list that there are more; no line if there are not.
    ///
    /// - Parameter which: which ones were shown: "newest".
    static func more(shown: Int, of count: Int64, _ which: String) -> [String] {
        guard count > shown else { return [] }
        return ["the \(which) \(EnergyText.grouped(Int64(shown))) of \(EnergyText.grouped(count)); --limit shows more"]
    }
}
