/// SQL literals, for statements that go several at once and so cannot have parameters.
///
/// They rely on `standard_conforming_strings`, which every ``PostgresConnection`` sets.
enum SQLText {
    /// A text literal.
    static func literal(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }

    /// An array literal of type `text[]`.
    static func array(_ texts: [String]) -> String {
        "array[\(texts.map { literal($0) }.joined(separator: ","))]::text[]"
    }

    /// An array literal of type `integer[]`.
    static func array(_ numbers: [Int32]) -> String {
        "'{\(numbers.map { String($0) }.joined(separator: ","))}'::integer[]"
    }

    /// A setting's value in milliseconds, at least 1: 0 would mean "for ever".
    static func milliseconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        return String(max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000))
    }
}
