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
        stillDue: [SettlementClaim.DueSpan]
    ) throws(SettlementFailure) {
        try inClaim { connection, community throws(PostgresError) in
            _ = try connection.query(
                "update energy.community_settlement set settled_until = $2, next_due_at = $3 where community_id = $1",
                [.int32(community), .optionalTimestamp(settledUntil), .timestamp(nextDueAt)]
            )
            if !stillDue.isEmpty {
                _ = try connection.query(
                    """
                    insert into energy.due_span (community_id, from_at, until_at, cause, received_at)
                    select $1, d.from_at, d.until_at, d.cause, nullif(d.received_at, '-infinity')
                    from unnest($2::timestamptz[], $3::timestamptz[], $4::text[], $5::timestamptz[]) as d (from_at, until_at, cause, received_at)
                    """,
                    [
                        .int32(community), .timestampArray(stillDue.map(\.from)),
                        .timestampArray(stillDue.map(\.until)), .textArray(stillDue.map(\.cause)),
                        .timestampArray(stillDue.map { $0.receivedAt ?? .min }),
                    ]
                )
            }
        }
        try closeClaim()
    }

    /// Takes the community's due spans away, merged where they meet and have the same cause and time of receipt.
    private static func takeDueSpans(
        of community: Int32,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [SettlementClaim.DueSpan] {
        let rows = try connection.query(
            """
            with gone as (delete from energy.due_span where community_id = $1 returning from_at, until_at, cause, received_at),
                 merged as (
                     select cause, received_at, unnest(range_agg(tstzrange(from_at, until_at))) as span
                     from gone where from_at < until_at group by cause, received_at
                 )
            select \(PostgresTimestamp.sql("lower(span)")), \(PostgresTimestamp.sql("upper(span)")), cause,
                   \(PostgresTimestamp.sql("received_at"))
            from merged order by span, cause, received_at
            """,
            [.int32(community)]
        )
        return (0..<rows.rowCount).map { row in
            SettlementClaim.DueSpan(
                from: rows.int64(row, 0) ?? .min,
                until: rows.int64(row, 1) ?? .max,
                cause: rows.text(row, 2) ?? "",
                receivedAt: rows.int64(row, 3)
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
