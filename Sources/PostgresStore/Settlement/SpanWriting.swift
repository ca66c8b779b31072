internal import EnergySharing
internal import Settlement

/// Writes one settled span of a community, within the transaction of its claim.
struct SpanWriting {
    private let connection: PostgresConnection
    private let community: Int32
    private let span: SettledSpan

    init(_ connection: PostgresConnection, community: Int32, _ span: SettledSpan) {
        self.connection = connection
        self.community = community
        self.span = span
    }

    // MARK: For the first time

    /// Copies everything straight in: nothing is there yet.
    func writeFirst() throws(PostgresError) -> SpanReceipt {
        // Few communities have parts of meters: the others do not send two NULLs a row.
        let hasUnshared = span.rows.contains { $0.unsharedImportWh != nil }
        var rows = CopyBuffer(capacity: span.rows.count * (hasUnshared ? 160 : 140))
        for row in span.rows {
            rows.beginRow(fields: hasUnshared ? 12 : 10)
            rows.int32(community)
            put(row, &rows)
            if hasUnshared { putUnshared(row, &rows) }
        }
        rows.finish()
        try connection.copyIn(
            """
            copy energy.attribution (community_id, interval_start, device_id, import_wh, community_wh, grid_wh, export_wh, shared_wh,
                                     surplus_wh, quality\(hasUnshared ? ", unshared_import_wh, unshared_export_wh" : ""))
            from stdin (format binary)
            """,
            rows
        )
        var intervals = CopyBuffer(capacity: span.intervals.count * 80)
        for interval in span.intervals {
            intervals.beginRow(fields: 8)
            intervals.int32(community)
            put(interval, &intervals)
            intervals.text("provisional")
        }
        intervals.finish()
        try connection.copyIn(
            """
            copy energy.interval_status (community_id, interval_start, interval_end, final_at, expected, received, missing, state)
            from stdin (format binary)
            """,
            intervals
        )
        return SpanReceipt(settled: span.intervals.count)
    }

    // MARK: Again

    /// Compares with what is stored, and writes only what changed; see ``SettledAgainSQL``.
    func writeAgain() throws(PostgresError) -> SpanReceipt {
        try copyFound()
        // What is settled again has all that came late.
        try updateLate(
            differing: "select null::timestamptz as interval_start, null::timestamptz as interval_end where false"
        )
        let results = try connection.runAll(
            SettledAgainSQL.write(community: community, from: span.from, until: span.until, cause: span.cause)
        )
        guard let counts = results.last, counts.rowCount == 1 else {
            throw PostgresError(.protocolViolation, "the counts of settled intervals are missing")
        }
        return SpanReceipt(
            settled: Int(counts.int64(0, 0) ?? 0),
            resettled: Int(counts.int64(0, 1) ?? 0),
            corrected: Int(counts.int64(0, 2) ?? 0)
        )
    }

    /// Copies what was found into the temporary tables.
    private func copyFound() throws(PostgresError) {
        try connection.run(SettledAgainSQL.makeTables)
        var rows = CopyBuffer(capacity: span.rows.count * 150)
        for row in span.rows {
            rows.beginRow(fields: 11)
            put(row, &rows)
            putUnshared(row, &rows)
        }
        rows.finish()
        try connection.copyIn("copy pg_temp.settled_row from stdin (format binary)", rows)
        var intervals = CopyBuffer(capacity: span.intervals.count * 60)
        for interval in span.intervals {
            intervals.beginRow(fields: 6)
            put(interval, &intervals)
        }
        intervals.finish()
        try connection.copyIn("copy pg_temp.settled_interval from stdin (format binary)", intervals)
    }

    /// Compares with what is stored, and notes the intervals that would change in place of those that were noted before.
    func noteLate() throws(PostgresError) {
        try copyFound()
        try connection.run(SettledAgainSQL.compare(community: community, from: span.from, until: span.until))
        try updateLate(
            differing: "select interval_start, interval_end from pg_temp.settled_change where action <> 'same'"
        )
    }

    /// Replaces what is noted within the span by intervals that a query gives; spans that meet become one, with the first time of noting.
    private func updateLate(differing: String) throws(PostgresError) {
        _ = try connection.query(
            """
            with differing as (
                select coalesce(range_agg(tstzrange(d.interval_start, d.interval_end)), '{}') as spans from (\(differing)) d
            ), met as (
                delete from energy.late_span where community_id = $1 and from_at <= $3 and until_at >= $2
                returning tstzmultirange(tstzrange(from_at, until_at)) as spans, noted_at
            ), part as (
                select unnest(m.spans - tstzmultirange(tstzrange($2, $3)) + m.spans * d.spans) as span, m.noted_at from met m, differing d
                union all
                select unnest(spans), now() from differing
            ), merged as (
                select unnest(range_agg(span)) as span from part
            )
            insert into energy.late_span (community_id, from_at, until_at, noted_at)
            select $1, lower(m.span), upper(m.span), min(p.noted_at) from merged m join part p on p.span <@ m.span group by m.span
            """,
            [.int32(community), .timestamp(span.from), .timestamp(span.until)]
        )
    }

    // MARK: Anomalies

    /// Adds the anomalies that are new, tells those anew whose neighbours changed, and takes away those that nobody has judged and that
    /// are not found any more, or at whose time the meter takes part in nothing any more.
    ///
    /// What somebody resolved stays as it is, found again or not; kinds that are not found here are left alone. Only what overlaps the inside
    /// of the span is taken away, or is an instant of it: what only touches its edge belongs to the neighbouring span too.
    func writeAnomalies() throws(PostgresError) {
        let kinds = AnomalyKind.ofReadings.map { SQLText.literal($0.rawValue) }.joined(separator: ", ")
        let isOpenInSpan = """
            (a.from_at < $3 and a.to_at > $2 or a.from_at = a.to_at and a.from_at between $2 and $3)
            and a.resolution is null and a.resolved_at is null and a.kind in (\(kinds))
            """
        let bounds: [PostgresParameter] = [.timestamp(span.from), .timestamp(span.until)]
        if span.isAgain {
            _ = try connection.query(
                """
                delete from energy.anomaly a
                where a.device_id in (select device_id from energy.participation where community_id = $1) and \(isOpenInSpan)
                  and not exists (
                      select from energy.participation p
                      where p.device_id = a.device_id and p.valid_during && tstzrange(a.from_at, a.to_at, '[]'))
                """,
                [.int32(community)] + bounds
            )
        }
        if span.metersSeen.isEmpty { return }
        let found = "unnest($4::integer[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::text[])"
        let parameters: [PostgresParameter] = [
            .int32Array(span.anomalies.map(\.deviceID)), .textArray(span.anomalies.map(\.kind.rawValue)),
            .timestampArray(span.anomalies.map(\.fromAt)), .timestampArray(span.anomalies.map(\.toAt)),
            .textArray(span.anomalies.map(\.detail)),
        ]
        _ = try connection.query(
            """
            delete from energy.anomaly a
            where a.device_id = any($1) and \(isOpenInSpan)
              and not exists (
                  select from \(found) as f (device_id, kind, from_at, to_at, detail)
                  where f.device_id = a.device_id and f.kind = a.kind and f.from_at = a.from_at and f.to_at = a.to_at)
            """,
            [.int32Array(span.metersSeen)] + bounds + parameters
        )
        if span.anomalies.isEmpty { return }
        _ = try connection.query(PostgresSettlementStore.insertAnomalies, parameters)
    }

    // MARK: Days

    /// Makes the days of the span due to be looked at, whether anything changed or not: their readings may have.
    func writeDays() throws(PostgresError) {
        _ = try connection.query(
            """
            insert into energy.plausibility_due
            select c.community_id, d.day::date
            from energy.community c cross join lateral generate_series(
                ($2 at time zone c.time_zone)::date, (($3 - interval '1 microsecond') at time zone c.time_zone)::date, interval '1 day') as d (day)
            where c.community_id = $1
            on conflict do nothing
            """,
            [.int32(community), .timestamp(span.from), .timestamp(span.until)]
        )
    }

    // MARK: Rows

    /// interval_start, device_id, import, community, grid, export, shared, surplus, quality.
    private func put(_ row: AttributionRow, _ buffer: inout CopyBuffer) {
        buffer.timestamp(row.intervalStart)
        buffer.int32(row.deviceID)
        buffer.int64(row.importWh)
        buffer.int64(row.communityWh)
        buffer.int64(row.gridWh)
        buffer.int64(row.exportWh)
        buffer.int64(row.sharedWh)
        buffer.int64(row.surplusWh)
        buffer.byte(row.quality.letter)
    }

    /// unshared_import_wh, unshared_export_wh.
    private func putUnshared(_ row: AttributionRow, _ buffer: inout CopyBuffer) {
        for value in [row.unsharedImportWh, row.unsharedExportWh] {
            if let value { buffer.int64(value) } else { buffer.null() }
        }
    }

    /// interval_start, interval_end, final_at, expected, received, missing.
    private func put(_ interval: SettledInterval, _ buffer: inout CopyBuffer) {
        buffer.timestamp(interval.start)
        buffer.timestamp(interval.start + interval.length)
        buffer.timestamp(interval.finalAt)
        buffer.int32(interval.expected)
        buffer.int32(interval.received)
        if interval.missing.isEmpty { buffer.null() } else { buffer.int32Array(interval.missing) }
    }
}
