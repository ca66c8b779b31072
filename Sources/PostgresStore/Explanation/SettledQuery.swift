internal import EnergySharing
internal import MeterReadings
internal import Settlement

/// Reads what is stored of one interval of a community, and of one meter in it, in the open transaction.
struct SettledQuery {
    let connection: PostgresConnection
    let community: ExplanationQuery.Community
    let device: Int32
    /// The interval's beginning: microseconds since 1970-01-01T00:00:00Z.
    let start: Int64
    /// Its end.
    let end: Int64

    init(
        _ connection: PostgresConnection,
        _ community: ExplanationQuery.Community,
        device: Int32,
        start: Int64,
        end: Int64
    ) {
        self.connection = connection
        self.community = community
        self.device = device
        self.start = start
        self.end = end
    }

    private var key: [PostgresParameter] { [.int32(community.id), .timestamp(start)] }
    private var span: [PostgresParameter] { key + [.timestamp(end)] }

    /// The interval's life; `nil`: it is not settled.
    func status() throws(PostgresError) -> CommunityExplanation.Status? {
        let rows = try connection.query(
            """
            select s.state, s.revision::bigint, s.cause, \(PostgresTimestamp.sql("s.settled_at")), \(PostgresTimestamp.sql("s.final_at")),
                   s.expected::bigint, s.received::bigint,
                   (select string_agg(d.hub_device_id, E'\\n' order by d.hub_device_id collate "C") from energy.device d
                    where d.device_id = any(s.missing))
            from energy.interval_status s where s.community_id = $1 and s.interval_start = $2
            """,
            key
        )
        guard rows.rowCount == 1 else { return nil }
        return CommunityExplanation.Status(
            state: rows.text(0, 0) ?? "",
            revision: rows.int64(0, 1) ?? 0,
            cause: rows.text(0, 2),
            settledAt: rows.int64(0, 3) ?? 0,
            finalAt: rows.int64(0, 4) ?? 0,
            expected: rows.int64(0, 5) ?? 0,
            received: rows.int64(0, 6) ?? 0,
            missing: rows.text(0, 7)?.split(separator: "\n").map(String.init) ?? []
        )
    }

    /// Why the interval is not settled, and when it will be.
    func waitsFor(watermark: Int64?, grace: Int64) throws(PostgresError) -> String {
        let rows = try connection.query(
            """
            select (select \(PostgresTimestamp.sql("min(interval_start)")) from energy.interval_status where community_id = $1),
                   (select \(PostgresTimestamp.sql("settled_until")) from energy.community_settlement where community_id = $1)
            """,
            [.int32(community.id)]
        )
        let interval =
            "community \(community.code): the interval that begins at \(UTCTime.format(start)) is not settled"
        if let first = rows.int64(0, 0), start < first {
            return
                "\(interval), and will not be: the community's first one, with its first data, begins at \(UTCTime.format(first))"
        }
        let (due, overflow) = end.addingReportingOverflow(grace)
        let when =
            "\(interval) yet: it is due when the stream's watermark has passed \(overflow ? "it" : UTCTime.format(due))"
        guard let watermark else { return "\(when); nothing was consumed so far" }
        let until = rows.int64(0, 1).map { ", and the community is settled until \(UTCTime.format($0))" } ?? ""
        if overflow || watermark < due { return "\(when); it is at \(UTCTime.format(watermark))\(until)" }
        return "\(interval) yet, but due: a running worker settles it (wattsource status shows how far it is)\(until)"
    }

    /// Beginning and end by the community's local time.
    func labels() throws(PostgresError) -> (start: String, end: String) {
        try connection.useTimeZone(community.timeZone)
        let format = "'YYYY-MM-DD HH24:MITZH:TZM'"
        let rows = try connection.query(
            "select to_char($1, \(format)), to_char($2, \(format))",
            [.timestamp(start), .timestamp(end)]
        )
        try connection.useTimeZone("UTC")
        return (rows.text(0, 0) ?? "", rows.text(0, 1) ?? "")
    }

    /// Until when nothing can be settled again, because readings are gone; `nil`: none are.
    func sealedUntil() throws(PostgresError) -> Int64? {
        try PostgresSettlementStore.oldestReadings(of: community.id, connection).map {
            SettlementClaim.sealedUntil(readingsFrom: $0)
        }
    }

    /// What of the interval is due again.
    func due() throws(PostgresError) -> CommunityExplanation.Due {
        let rows = try connection.query(
            """
            select (select count(*) from energy.due_mark m
                    where m.from_at < $3 and m.until_at >= $2 and exists (
                        select from energy.participation p
                        where p.device_id = m.device_id and p.community_id = $1 and p.valid_during @> $2)),
                   (select string_agg(distinct d.cause, E'\\n') from energy.due_span d
                    where d.community_id = $1 and d.from_at < $3 and d.until_at > $2),
                   (select \(PostgresTimestamp.sql("min(l.noted_at)")) from energy.late_span l
                    where l.community_id = $1 and l.from_at < $3 and l.until_at > $2)
            """,
            span
        )
        return CommunityExplanation.Due(
            marks: rows.int64(0, 0) ?? 0,
            causes: rows.text(0, 1)?.split(separator: "\n").map(String.init).sorted() ?? [],
            closedSince: rows.int64(0, 2)
        )
    }

    // MARK: Rows

    /// All revisions, the newest first, each with the meter's row.
    func revisions(
        newest: CommunityExplanation.Status
    ) throws(PostgresError) -> [CommunityExplanation.Revision] {
        let rows = try connection.query(
            """
            select n.revision::bigint, r.revision is not null, r.cause, \(PostgresTimestamp.sql("coalesce(r.settled_at, a.settled_at)")),
                   a.import_wh, a.community_wh, a.grid_wh, a.export_wh, a.shared_wh, a.surplus_wh, a.quality,
                   a.unshared_import_wh, a.unshared_export_wh
            from generate_series(0, $4) as n (revision)
            left join energy.interval_revision r
                on r.community_id = $1 and r.interval_start = $2 and r.revision = n.revision
            left join energy.attribution a
                on a.community_id = $1 and a.interval_start = $2 and a.device_id = $3 and a.revision = n.revision
            order by n.revision desc
            """,
            key + [.int32(device), .int32(Int32(clamping: newest.revision))]
        )
        return (0..<rows.rowCount).map { row in
            let number = rows.int64(row, 0) ?? 0
            let isNewest = number == newest.revision
            return CommunityExplanation.Revision(
                number: number,
                isKnown: isNewest || rows.bool(row, 1) ?? false,
                cause: isNewest ? newest.cause : rows.text(row, 2),
                settledAt: isNewest ? newest.settledAt : rows.int64(row, 3),
                row: self.row(rows, row, from: 4)
            )
        }
    }

    /// Six amounts, the quality, and what takes part in none.
    private func row(_ rows: PostgresResult, _ row: Int, from column: Int) -> AttributionRow? {
        guard let importWh = rows.int64(row, column),
            let quality = rows.text(row, column + 6)?.utf8.first.flatMap(EnergyQuality.init(letter:))
        else { return nil }
        return AttributionRow(
            intervalStart: start,
            deviceID: device,
            importWh: importWh,
            communityWh: rows.int64(row, column + 1) ?? 0,
            gridWh: rows.int64(row, column + 2) ?? 0,
            exportWh: rows.int64(row, column + 3) ?? 0,
            sharedWh: rows.int64(row, column + 4) ?? 0,
            surplusWh: rows.int64(row, column + 5) ?? 0,
            quality: quality,
            unsharedImportWh: rows.int64(row, column + 7),
            unsharedExportWh: rows.int64(row, column + 8)
        )
    }

    // MARK: Participation

    /// The meter's parts in other communities, in order of code.
    func elsewhere() throws(PostgresError) -> [CommunityExplanation.Elsewhere] {
        let rows = try connection.query(
            """
            select c.code, p.participation_ppm::bigint from energy.participation p join energy.community c using (community_id)
            where p.device_id = $3 and p.community_id <> $1 and p.valid_during @> $2 order by c.code collate "C"
            """,
            key + [.int32(device)]
        )
        return (0..<rows.rowCount).map {
            .init(community: rows.text($0, 0) ?? "", participationPPM: rows.int64($0, 1) ?? 0)
        }
    }

    /// The profile of shares by the hour that holds.
    func profile() throws(PostgresError) -> CommunityExplanation.Profile? {
        let rows = try connection.query(
            """
            select \(PostgresTimestamp.sql("lower(s.valid_during)")), \(PostgresTimestamp.sql("upper(s.valid_during)")),
                   max(s.source) filter (where s.device_id = $3)
            from energy.share_profile s where s.community_id = $1 and s.valid_during @> $2 group by s.valid_during
            """,
            key + [.int32(device)]
        )
        guard rows.rowCount > 0, let from = rows.int64(0, 0), let until = rows.int64(0, 1) else { return nil }
        return .init(from: from, until: until, hour: (start - from) / 3_600_000_000, source: rows.text(0, 2))
    }
}
