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
            let dueAgain = try Self.takeDueSpans(of: community, connection)
            let terms = try Self.terms(of: community, connection)
            let claim = SettlementClaim(
                terms: terms,
                settledUntil: locked.int64(0, 1),
                firstReadingAt: locked.isNull(0, 1) ? try Self.firstReading(of: community, connection) : nil,
                firstIntervalAt: try Self.firstInterval(of: community, connection),
                readingsFrom: dueAgain.isEmpty ? nil : try Self.oldestReadings(connection),
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
            if stillDue.isEmpty { return }
            _ = try connection.query(
                """
                insert into energy.due_span (community_id, from_at, until_at, cause)
                select $1, * from unnest($2::timestamptz[], $3::timestamptz[], $4::text[])
                """,
                [
                    .int32(community), .timestampArray(stillDue.map(\.from)), .timestampArray(stillDue.map(\.until)),
                    .textArray(stillDue.map(\.cause)),
                ]
            )
        }
        try closeClaim()
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

    private static func terms(
        of community: Int32,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> CommunityTerms {
        CommunityTerms(
            communityID: community,
            rules: try rules(of: community, connection),
            participations: try participations(of: community, connection),
            meters: try meters(of: community, connection)
        )
    }

    private static func rules(
        of community: Int32,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [SettlementRule] {
        let rows = try connection.query(
            """
            select \(PostgresTimestamp.sql("lower(valid_during)")), \(PostgresTimestamp.sql("upper(valid_during)")),
                   interval_minutes, sharing_key, rounds, remainder,
                   (extract(epoch from grace) * 1000000)::bigint, (extract(epoch from finality) * 1000000)::bigint
            from energy.community_rule where community_id = $1 order by valid_during
            """,
            [.int32(community)]
        )
        var rules: [SettlementRule] = []
        for row in 0..<rows.rowCount {
            guard let key = rows.text(row, 3).flatMap(SharingKey.init),
                let rounds = rows.text(row, 4).flatMap(SharingRounds.init),
                let remainder = rows.text(row, 5).flatMap(SharingRemainder.init),
                let minutes = rows.int64(row, 2), let grace = rows.int64(row, 6), let finality = rows.int64(row, 7)
            else {
                throw PostgresError(
                    .protocolViolation,
                    """
                    community \(community) has a rule that this version of wattsource does not know (sharing key \
                    \(rows.text(row, 3) ?? "none")): run the version that applied the registry
                    """
                )
            }
            rules.append(
                SettlementRule(
                    validFrom: rows.int64(row, 0) ?? .min,
                    validUntil: rows.int64(row, 1) ?? .max,
                    interval: minutes * 60_000_000,
                    sharing: SharingRule(key: key, rounds: rounds, remainder: remainder),
                    grace: grace,
                    finality: finality
                )
            )
        }
        return rules
    }

    private static func participations(
        of community: Int32,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [Participation] {
        let rows = try connection.query(
            """
            select device_id, \(PostgresTimestamp.sql("lower(valid_during)")), \(PostgresTimestamp.sql("upper(valid_during)")),
                   coalesce(share_ppm, 0), priority
            from energy.participation where community_id = $1 order by device_id, valid_during
            """,
            [.int32(community)]
        )
        return (0..<rows.rowCount).map { row in
            Participation(
                deviceID: rows.int32(row, 0) ?? 0,
                from: rows.int64(row, 1) ?? .min,
                until: rows.int64(row, 2) ?? .max,
                sharePPM: rows.int64(row, 3) ?? 0,
                priority: rows.int32(row, 4)
            )
        }
    }

    private static func meters(
        of community: Int32,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [Int32: CommunityTerms.Meter] {
        let rows = try connection.query(
            """
            select device_id, hub_device_id, connection_watts, inverter_watts, register_digits from energy.device
            where device_id in (select device_id from energy.participation where community_id = $1)
            """,
            [.int32(community)]
        )
        var meters: [Int32: CommunityTerms.Meter] = [:]
        for row in 0..<rows.rowCount {
            meters[rows.int32(row, 0) ?? 0] = CommunityTerms.Meter(
                hubDeviceID: rows.text(row, 1) ?? "",
                limits: ConnectionLimits(
                    connectionWatts: rows.int64(row, 2) ?? ConnectionLimits().connectionWatts,
                    inverterWatts: rows.int64(row, 3),
                    registerDigits: rows.int32(row, 4).map { Int($0) }
                )
            )
        }
        return meters
    }

    /// The first instant of a participation at which a meter has a register.
    ///
    /// Readings before the participation count too: they give the register at its beginning. So what is settled for the first time begins
    /// where settling all of it again would.
    private static func firstReading(
        of community: Int32,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> Int64? {
        try connection.query(
            """
            select \(PostgresTimestamp.sql("min(greatest(r.measured_at, lower(p.valid_during)))"))
            from energy.participation p cross join lateral (
                select measured_at from energy.reading
                where device_id = p.device_id and measured_at < coalesce(upper(p.valid_during), 'infinity')
                  and quality in ('M', 'S', 'E')
                order by measured_at limit 1) r
            where p.community_id = $1
            """,
            [.int32(community)]
        ).int64(0, 0)
    }

    /// The beginning of the oldest partition of readings, if retention ever dropped one.
    private static func oldestReadings(_ connection: PostgresConnection) throws(PostgresError) -> Int64? {
        try connection.query(
            """
            select \(PostgresTimestamp.sql("min((bounds[1])::timestamptz)"))
            from pg_inherits i join pg_class c on c.oid = i.inhrelid
            cross join lateral regexp_match(pg_get_expr(c.relpartbound, c.oid), '^FOR VALUES FROM \\(''([^'']+)''\\) TO') bounds
            where i.inhparent = 'energy.reading'::regclass
              and exists (select from energy.reading_event where kind = 'retention')
            """
        ).int64(0, 0)
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
