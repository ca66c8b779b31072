internal import EnergySharing
public import Settlement

extension PostgresSettlementStore {
    /// Claims one community.
    ///
    /// The lock on the community's row of `community_settlement` is what makes it ours. Whoever changes its terms takes that lock too, so
    /// that the statements after it see terms that belong together. Spans that become due while the claim is open stay for the next one.
    ///
    /// Registers are read in later statements than the one that took the spans: a reading whose mark was turned into one of them is seen.
    public func claim(dueBy watermark: Int64, community: String?) throws(SettlementFailure) -> SettlementClaim? {
        try openClaim { connection throws(PostgresError) in
            try connection.run(limitWaiting)
            let locked = try Self.lock(dueBy: watermark, named: community, connection)
            guard let locked, let community = locked.int32(0, 0) else { return nil }
            // Retention cannot take readings away between the look at what is left of them and their use.
            try connection.run("lock table only energy.reading, only energy.interval_reading in access share mode")
            let dueAgain = try Self.takeDueSpans(of: community, connection)
            let terms = try Self.terms(of: community, connection)
            let claim = SettlementClaim(
                terms: terms,
                settledUntil: locked.int64(0, 1),
                firstReadingAt: locked.isNull(0, 1) ? try Self.firstReading(of: community, connection) : nil,
                firstIntervalAt: try Self.firstInterval(of: community, connection),
                readingsFrom: dueAgain.isEmpty ? nil : try Self.oldestReadings(of: community, connection),
                dueAgain: dueAgain
            )
            return (community, claim)
        }
    }

    /// Locks the row of one community that has something to do; gives its number and until when it is settled.
    ///
    /// What the watermark has passed comes first, by the index on `next_due_at`; then what is due again.
    private static func lock(
        dueBy watermark: Int64,
        named community: String?,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> PostgresResult? {
        let row = """
            select s.community_id, \(PostgresTimestamp.sql("s.settled_until")) from energy.community_settlement s
            """
        let isDueAgain = "s.community_id in (select d.community_id from energy.due_span d)"
        if let community {
            let locked = try connection.query(
                """
                \(row) join energy.community c using (community_id)
                where c.code = $2 and (s.next_due_at <= $1 or \(isDueAgain)) for update of s
                """,
                [.timestamp(watermark), .text(community)]
            )
            return locked.rowCount == 1 ? locked : nil
        }
        let due = try connection.query(
            "\(row) where s.next_due_at <= $1 order by s.next_due_at limit 1 for update skip locked",
            [.timestamp(watermark)]
        )
        if due.rowCount == 1 { return due }
        let dueAgain = try connection.query("\(row) where \(isDueAgain) limit 1 for update skip locked")
        return dueAgain.rowCount == 1 ? dueAgain : nil
    }

    /// Ends the claim and commits.
    public func finish(
        settledUntil: Int64?,
        nextDueAt: Int64,
        stillDue: [SettlementClaim.DueSpan],
        closed: [SettlementClaim.ClosedSpan]
    ) throws(SettlementFailure) {
        try inClaim { connection, community throws(PostgresError) in
            _ = try connection.query(
                "update energy.community_settlement set settled_until = $2, next_due_at = $3 where community_id = $1",
                [.int32(community), .optionalTimestamp(settledUntil), .timestamp(nextDueAt)]
            )
            if !stillDue.isEmpty {
                _ = try connection.query(
                    """
                    insert into energy.due_span (community_id, from_at, until_at, cause)
                    select $1, * from unnest($2::timestamptz[], $3::timestamptz[], $4::text[])
                    """,
                    [
                        .int32(community), .timestampArray(stillDue.map(\.from)),
                        .timestampArray(stillDue.map(\.until)), .textArray(stillDue.map(\.cause)),
                    ]
                )
            }
            if !closed.isEmpty { try Self.note(closed, of: community, connection) }
        }
        try closeClaim()
    }

    /// Notes spans that readings touched too late, merged with those that they meet; of these the first time of noting stays.
    private static func note(
        _ closed: [SettlementClaim.ClosedSpan],
        of community: Int32,
        _ connection: PostgresConnection
    ) throws(PostgresError) {
        _ = try connection.query(
            """
            with new as (
                select * from unnest($2::timestamptz[], $3::timestamptz[]) as n (from_at, until_at)
            ), met as (
                delete from energy.late_span s using (select min(from_at) as from_at, max(until_at) as until_at from new) n
                where s.community_id = $1 and s.from_at <= n.until_at and s.until_at >= n.from_at
                returning s.from_at, s.until_at, s.noted_at
            ), part as (
                select tstzrange(from_at, until_at) as span, noted_at from met
                union all
                select tstzrange(from_at, until_at), now() from new
            ), merged as (
                select unnest(range_agg(span)) as span from part
            )
            insert into energy.late_span (community_id, from_at, until_at, noted_at)
            select $1, lower(m.span), upper(m.span), min(p.noted_at) from merged m join part p on p.span <@ m.span group by m.span
            """,
            [.int32(community), .timestampArray(closed.map(\.from)), .timestampArray(closed.map(\.until))]
        )
    }

    /// Takes the community's due spans away, merged where they meet and have the same cause.
    private static func takeDueSpans(
        of community: Int32,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [SettlementClaim.DueSpan] {
        let rows = try connection.query(
            """
            with gone as (delete from energy.due_span where community_id = $1 returning from_at, until_at, cause),
                 merged as (
                     select cause, unnest(range_agg(tstzrange(from_at, until_at))) as span from gone where from_at < until_at group by cause
                 )
            select \(PostgresTimestamp.sql("lower(span)")), \(PostgresTimestamp.sql("upper(span)")), cause
            from merged order by span, cause
            """,
            [.int32(community)]
        )
        return (0..<rows.rowCount).map { row in
            SettlementClaim.DueSpan(
                from: rows.int64(row, 0) ?? .min,
                until: rows.int64(row, 1) ?? .max,
                cause: rows.text(row, 2) ?? ""
            )
        }
    }

    private static func firstInterval(
        of community: Int32,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> Int64? {
        try connection.query(
            """
            select \(PostgresTimestamp.sql("min(interval_start)")) from energy.interval_status where community_id = $1
            """,
            [.int32(community)]
        ).int64(0, 0)
    }
}
