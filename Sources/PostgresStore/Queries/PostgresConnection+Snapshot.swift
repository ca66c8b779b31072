extension PostgresConnection {
    /// Runs `body` in one read-only snapshot of the database, which is given back whatever happens.
    ///
    /// The session's time zone is the transaction's own there: see ``useTimeZone(_:)``.
    func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
        try run("begin isolation level repeatable read read only")
        defer { rollback() }
        return try body()
    }

    /// Lets PostgreSQL cut and print times by a time zone until the transaction ends.
    ///
    /// - Throws: ``PostgresError`` if the server does not know the zone.
    func useTimeZone(_ zone: String) throws(PostgresError) {
        _ = try query("select set_config('TimeZone', $1, true)", [.text(zone)])
    }
}
