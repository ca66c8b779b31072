public import EnergySharing
public import Settlement

/// Looking at settled days; see ``Settlement/DayReview``.
extension PostgresSettlementStore {
    /// An SQL expression: the last day that is settled as a whole, of a row `s` of `community_settlement` and `c` of `community`.
    private static let lastWhole = "(s.settled_until at time zone c.time_zone)::date - 1"
    /// The day before which no date is, as a number.
    private static let epoch = "date '1970-01-01'"

    /// The devices that are looked at in the community `$1`, as SQL: those of its members, and those of nobody of which it is the first
    /// community, by number, that they ever take part in.
    ///
    /// So a meter that takes part in several communities is looked at in one of them.
    private static let atHome = """
        select d.device_id from energy.device d left join energy.member m using (member_id)
        where m.community_id = $1
           or d.member_id is null and $1 = (select min(p.community_id) from energy.participation p where p.device_id = d.device_id)
        """

    /// Claims days of one community.
    ///
    /// The lock is that of a claim to settle, so nothing of the community is settled meanwhile.
    public func claimDays(context: Int, influence: Int) throws(SettlementFailure) -> DayClaim? {
        try openClaim { connection throws(PostgresError) in
            try connection.run(limitWaiting)
            let locked = try connection.query(
                """
                select s.community_id, \(Self.lastWhole) - \(Self.epoch), first.day - \(Self.epoch)
                from energy.community_settlement s join energy.community c using (community_id)
                cross join lateral (
                    select (min(i.interval_start) at time zone c.time_zone)::date
                           + ((min(i.interval_start) at time zone c.time_zone)::time > time '00:00')::integer as day
                    from energy.interval_status i where i.community_id = s.community_id) first
                where exists (select from energy.plausibility_due d where d.community_id = s.community_id and d.day <= \(Self.lastWhole))
                limit 1 for update of s skip locked
                """
            )
            guard locked.rowCount == 1, let community = locked.int32(0, 0), let last = locked.int32(0, 1) else {
                return nil
            }
            let range = try Self.takeDays(
                of: community,
                from: locked.int32(0, 2) ?? .max,
                through: last,
                influence,
                connection
            )
            // Days that nobody can look at, before the first whole one, are done.
            let days = try range.map { range throws(PostgresError) in
                try Self.localDays(
                    of: community,
                    range.lowerBound - Int32(clamping: context)...range.upperBound,
                    connection
                )
            }
            guard let days else {
                return (community, DayClaim(communityID: community, meters: [:], days: [], context: 0))
            }
            let meters = try Self.homeMeters(of: community, connection)
            let parts = try Self.participations(of: community, connection).filter {
                $0.participationPPM < ParticipationPart.wholePPM && meters[$0.deviceID] != nil
            }
            let claim = DayClaim(communityID: community, meters: meters, parts: parts, days: days, context: context)
            return (community, claim)
        }
    }

    private static func homeMeters(
        of community: Int32,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [Int32: CommunityTerms.Meter] {
        let rows = try connection.query(atHome, [.int32(community)])
        let atHome = Set((0..<rows.rowCount).compactMap { rows.int32($0, 0) })
        return try meters(of: community, connection).filter { atHome.contains($0.key) }
    }

    /// Takes days away that are due, and says which are to be looked at for it; `nil`: none can be.
    ///
    /// - Parameters:
    ///   - from: The first day that is settled as a whole.
    ///   - through: The last one.
    private static func takeDays(
        of community: Int32,
        from: Int32,
        through: Int32,
        _ influence: Int,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> ClosedRange<Int32>? {
        let rows = try connection.query(
            "select day - \(epoch) from energy.plausibility_due where community_id = $1 and day <= \(epoch) + $2 order by day",
            [.int32(community), .int32(through)]
        )
        let due = (0..<rows.rowCount).compactMap { rows.int32($0, 0) }
        let range = from <= through ? DayRange(due: due, influence: influence, settled: from...through) : nil
        _ = try connection.query(
            "delete from energy.plausibility_due where community_id = $1 and day <= \(epoch) + $2",
            [.int32(community), .int32(range?.days.upperBound ?? through)]
        )
        if let rest = range?.rest {
            _ = try connection.query(
                "insert into energy.plausibility_due values ($1, \(epoch) + $2) on conflict do nothing",
                [.int32(community), .int32(rest)]
            )
        }
        return range?.days
    }

    private static func localDays(
        of community: Int32,
        _ days: ClosedRange<Int32>,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [LocalDay] {
        let rows = try connection.query(
            """
            select \(PostgresTimestamp.sql("(\(epoch) + n)::timestamp at time zone c.time_zone"))
            from energy.community c cross join generate_series($2::integer, $3::integer) n where c.community_id = $1 order by n
            """,
            [.int32(community), .int32(days.lowerBound), .int32(days.upperBound + 1)]
        )
        let starts = (0..<rows.rowCount).compactMap { rows.int64($0, 0) }
        return zip(starts, starts.dropFirst()).map { LocalDay(start: $0, end: $1) }
    }

    /// One COPY, along the key of `attribution`.
    public func settledEnergy(
        from: Int64,
        until: Int64,
        _ body: (SettledEnergy) -> Void
    ) throws(SettlementFailure) {
        var isSound = true
        try inClaim { connection, community throws(PostgresError) in
            let sql = """
                copy (
                    select a.interval_start, s.interval_end, a.device_id, a.import_wh, a.export_wh, a.quality
                    from energy.attribution a
                    join energy.interval_status s
                        on s.community_id = a.community_id and s.interval_start = a.interval_start and s.revision = a.revision
                    where a.community_id = \(community) and a.interval_start >= \(PostgresTimestamp.literal(from))
                      and a.interval_start < \(PostgresTimestamp.literal(until))
                    order by a.interval_start
                ) to stdout (format binary)
                """
            try connection.copyOut(sql) { row in
                var fields = CopyRowCursor()
                guard let start = fields.timestamp(row), let end = fields.timestamp(row),
                    let device = fields.int32(row),
                    let importWh = fields.int64(row), let exportWh = fields.int64(row),
                    let quality = fields.byte(row).flatMap(EnergyQuality.init(letter:))
                else {
                    isSound = false
                    return
                }
                let energy = IntervalEnergy(importWh: importWh, exportWh: exportWh, quality: quality)
                body(
                    SettledEnergy(
                        deviceID: device,
                        interval: MeterDay.Interval(start: start, length: end - start, energy: energy)
                    )
                )
            }
        }
        guard isSound else {
            throw SettlementFailure(
                isRetriable: false,
                "settled energy has rows that nobody wrote: a fault of wattsource"
            )
        }
    }

    /// One COPY; per meter and instant two look-ups in the index of the readings.
    ///
    /// What settlement set aside is none. Only while all of the meter's energy takes part in the community: parts of it do not add up.
    public func registers(
        ofMeters meters: [Int32],
        at edges: [Int64],
        _ body: (_ meter: Int32, _ edge: SumCheck.Edge) -> Void
    ) throws(SettlementFailure) {
        if meters.isEmpty || edges.isEmpty { return }
        let columns =
            "select r.measured_at, r.import_wh, r.export_wh from energy.reading r where r.device_id = m.device_id"
        let counts = """
            \(CountedReadingSQL.condition()) and coalesce((
                select false from energy.anomaly y
                where y.device_id = r.device_id and y.kind = 'outlier' and y.from_at = r.measured_at and y.resolution is null limit 1), true)
            """
        let times = edges.map { PostgresTimestamp.literal($0) }.joined(separator: ", ")
        let sql = { (community: Int32) in
            """
            copy (
                select m.device_id, e.at, b.*, a.*
                from unnest('{\(meters.map(String.init).joined(separator: ","))}'::integer[]) as m (device_id)
                cross join unnest(array[\(times)]::timestamptz[]) as e (at)
                cross join lateral (
                    \(columns) and r.measured_at <= e.at and r.measured_at > e.at - interval '1 day' and \(counts)
                    order by r.measured_at desc limit 1) b
                cross join lateral (
                    \(columns) and r.measured_at >= e.at and r.measured_at < e.at + interval '1 day' and \(counts)
                    order by r.measured_at limit 1) a
                where exists (
                    select from energy.participation p
                    where p.device_id = m.device_id and p.community_id = \(community) and p.participation_ppm = 1000000
                      and p.valid_during @> e.at)
            ) to stdout (format binary)
            """
        }
        var isSound = true
        try inClaim { connection, community throws(PostgresError) in
            try connection.copyOut(sql(community)) { row in
                var fields = CopyRowCursor()
                guard let device = fields.int32(row), let at = fields.timestamp(row),
                    let before = Self.reading(&fields, row), let after = Self.reading(&fields, row)
                else {
                    isSound = false
                    return
                }
                body(device, SumCheck.Edge(at: at, before: before, after: after))
            }
        }
        guard isSound else {
            throw SettlementFailure(isRetriable: false, "readings beside days did not arrive: a fault of wattsource")
        }
    }

    private static func reading(_ fields: inout CopyRowCursor, _ row: Span<UInt8>) -> RegisterReading? {
        guard let time = fields.timestamp(row) else { return nil }
        let importWh = fields.int64(row)
        return RegisterReading(time: time, importWh: importWh, exportWh: fields.int64(row))
    }

    /// Brings the anomalies of the judged days to what was found; what somebody resolved stays as it is.
    ///
    /// An anomaly belongs to the day in which it ends.
    public func finishDays(_ claim: DayClaim, anomalies: [Anomaly]) throws(SettlementFailure) {
        if let first = claim.judged.first, let last = claim.judged.last {
            try inClaim { connection, community throws(PostgresError) in
                let kinds = AnomalyKind.ofDays.map { SQLText.literal($0.rawValue) }.joined(separator: ", ")
                let found: [PostgresParameter] = [
                    .int32Array(anomalies.map(\.deviceID)), .textArray(anomalies.map(\.kind.rawValue)),
                    .timestampArray(anomalies.map(\.fromAt)), .timestampArray(anomalies.map(\.toAt)),
                    .textArray(anomalies.map(\.detail)),
                ]
                _ = try connection.query(
                    """
                    delete from energy.anomaly a
                    where a.device_id in (\(Self.atHome)) and a.kind in (\(kinds)) and a.to_at > $2 and a.to_at <= $3
                      and a.resolution is null and a.resolved_at is null
                      and not exists (
                          select from unnest($4::integer[], $5::text[], $6::timestamptz[], $7::timestamptz[])
                              as f (device_id, kind, from_at, to_at)
                          where f.device_id = a.device_id and f.kind = a.kind and f.from_at = a.from_at and f.to_at = a.to_at)
                    """,
                    [.int32(community), .timestamp(first.start), .timestamp(last.end)] + found.dropLast()
                )
                _ = try connection.query(Self.insertAnomalies, found)
            }
        }
        try closeClaim()
    }

    /// Adds what is new, and tells anew what is not resolved: device, kind, from, to, detail as arrays.
    static let insertAnomalies = """
        insert into energy.anomaly (device_id, kind, from_at, to_at, detail)
        select * from unnest($1::integer[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::text[])
        on conflict (device_id, from_at, to_at, kind) do update set detail = excluded.detail
        where anomaly.resolution is null and anomaly.resolved_at is null and anomaly.detail <> excluded.detail
        """
}
