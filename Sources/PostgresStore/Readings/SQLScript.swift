/// Statements that go to the server in one round trip, each known by its place among the results.
struct SQLScript {
    private var statements: [String] = []

    /// Adds a statement, without its semicolon.
    ///
    /// - Returns: The place of its result.
    @discardableResult
    mutating func add(_ statement: String) -> Int {
        statements.append(statement)
        return statements.count - 1
    }

    /// Runs them all; one result each, in their order.
    func run(_ connection: PostgresConnection) throws(PostgresError) -> [PostgresResult] {
        if statements.isEmpty { return [] }
        let results = try connection.runAll(statements.joined(separator: ";\n"))
        guard results.count == statements.count else {
            throw PostgresError(
                .protocolViolation,
                "\(statements.count) statements gave \(results.count) results: a fault of wattsource"
            )
        }
        return results
    }
}
