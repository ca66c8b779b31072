/// From when to when a report is.
struct ReportSpan {
    /// Its beginning: microseconds since 1970-01-01T00:00:00Z.
    var from: Int64
    /// Its end, exclusive.
    var until: Int64
    /// ``from`` by the community's local time, with the offset.
    var fromLabel: String
    /// ``until`` by the community's local time, with the offset.
    var untilLabel: String

    /// How PostgreSQL prints local times: the date, the minute and the offset from UTC.
    static let instantFormat = "'YYYY-MM-DD HH24:MITZH:TZM'"

    /// Finds the span that a request means, in a session whose time zone is the community's; a bound that is not given is that of what is
    /// settled.
    ///
    /// - Throws: ``QueryFailure`` if nothing is settled, or the span would be empty; ``PostgresError``.
    static func find(
        _ scope: ReportScope,
        from: ReportBound?,
        until: ReportBound?,
        _ connection: PostgresConnection
    ) throws -> ReportSpan {
        let settled = try connection.query(
            """
            select \(PostgresTimestamp.sql("min(interval_start)")), \(PostgresTimestamp.sql("max(interval_end)"))
            from energy.interval_status where community_id = any($1)
            """,
            [.int32Array(scope.communities.map(\.id))]
        )
        guard let settledFrom = settled.int64(0, 0), let settledUntil = settled.int64(0, 1) else {
            throw QueryFailure(
                "nothing of community \(scope.community) is settled yet: wattsource status says what it waits for"
            )
        }
        let start = try from.map { try instant($0, connection) } ?? settledFrom
        let end = try until.map { try instant($0, connection) } ?? settledUntil
        guard start < end else {
            let hint =
                from != nil && until != nil
                ? "the span ends before it begins: --to has to be later than --from"
                : "the span is outside of what is settled of community \(scope.community)"
            throw QueryFailure(hint)
        }
        let labels = try connection.query(
            "select to_char($1, \(instantFormat)), to_char($2, \(instantFormat))",
            [.timestamp(start), .timestamp(end)]
        )
        return ReportSpan(
            from: start,
            until: end,
            fromLabel: labels.text(0, 0) ?? "",
            untilLabel: labels.text(0, 1) ?? ""
        )
    }

    /// The instant of a bound; a local date begins at the community's midnight, or what comes first after it.
    private static func instant(_ bound: ReportBound, _ connection: PostgresConnection) throws -> Int64 {
        switch bound {
        case .instant(let instant): return instant
        case .localDate(let year, let month, let day):
            // The session's time zone is the community's.
            let result = try connection.query(
                "select \(PostgresTimestamp.sql("make_timestamptz($1, $2, $3, 0, 0, 0)"))",
                [.int32(year), .int32(month), .int32(day)]
            )
            return result.int64(0, 0) ?? 0
        }
    }
}
