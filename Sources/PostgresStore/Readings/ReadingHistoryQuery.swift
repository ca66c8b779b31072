internal import MeterReadings

/// Reads all that was ever said about a device's readings.
public struct ReadingHistoryQuery {
    private let connection: PostgresConnection

    /// Asks over a connection, which must not be in a transaction.
    public init(_ connection: PostgresConnection) { self.connection = connection }

    /// What was said about a device in a span of time, by time; of one time first what has the place, then the newest.
    ///
    /// - Parameters:
    ///   - device: as the hub names it.
    ///   - from: the first instant.
    ///   - until: the instant from which on nothing is told.
    ///   - limit: how many entries at most.
    /// - Throws: ``QueryFailure`` if the registry has no such device; ``PostgresError``.
    public func entries(device: String, from: Int64, until: Int64, limit: Int) throws -> (
        entries: [HistoryEntry], count: Int64
    ) {
        try connection.snapshot {
            guard
                let id = try connection.query(
                    "select device_id from energy.device where hub_device_id = $1",
                    [.text(device)]
                ).optionalInt32
            else {
                throw QueryFailure("the registry has no device \(device): `wattsource registry export` lists them")
            }
            let rows = try connection.query(
                "\(Self.said) select \(Self.columns), count(*) over () from said \(Self.names) \(Self.order) limit $4",
                [.int32(id), .timestamp(from), .timestamp(until), .int64(Int64(max(0, limit)))]
            )
            return ((0..<rows.rowCount).map { Self.entry(rows, $0) }, rows.rowCount > 0 ? rows.int64(0, 13) ?? 0 : 0)
        }
    }

    /// What an event took out, by time; in the open transaction.
    static func discarded(by event: Int64, _ connection: PostgresConnection) throws(PostgresError) -> [HistoryEntry] {
        let rows = try connection.query(
            """
            with said as (
                select measured_at, seconds, cause as state, import_wh, export_wh, quality, flags, received_at, recorded_at, event_id
                from energy.reading_history where event_id = $1 and cause = 'discarded'
            ) select \(columns) from said \(names) \(order)
            """,
            [.int64(event)]
        )
        return (0..<rows.rowCount).map { entry(rows, $0) }
    }

    /// The stored readings of a device at some instants, and those from `from` to `to` that take no part in settlement by their quality
    /// or because somebody set them aside, by time; in the open transaction.
    ///
    /// - Parameter most: how many of the second are told at most.
    static func stored(
        device: Int32,
        from: Int64,
        to: Int64,
        at times: [Int64],
        orUncountedUpTo most: Int64,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [HistoryEntry] {
        let rows = try connection.query(
            """
            \(said), wanted as (
                select * from said where state = 'stored' and measured_at = any($4)
                union
                (select * from said r where state = 'stored' and (quality not in ('M', 'S', 'E') or exists (
                    select from energy.reading_decision n
                    where n.device_id = $1 and n.measured_at = r.measured_at and n.decision = 'set-aside'))
                 order by measured_at limit $5)
            ) select \(columns) from wanted said \(names) \(order)
            """,
            [
                .int32(device), .timestamp(from), .timestamp(to == .max ? .max : to + 1), .timestampArray(times),
                .int64(most),
            ]
        )
        return (0..<rows.rowCount).map { entry(rows, $0) }
    }

    private static let said = """
        with said as (
            select measured_at, null::integer as seconds, 'stored' as state, import_wh, export_wh, quality, flags, received_at,
                   null::timestamptz as recorded_at, null::bigint as event_id
            from energy.reading where device_id = $1 and measured_at >= $2 and measured_at < $3
            union all
            select interval_start, seconds, 'stored', import_wh, export_wh, quality, flags, received_at, null, null
            from energy.interval_reading where device_id = $1 and interval_start >= $2 and interval_start < $3
            union all
            select measured_at, seconds, cause, import_wh, export_wh, quality, flags, received_at, recorded_at, event_id
            from energy.reading_history where device_id = $1 and measured_at >= $2 and measured_at < $3
        )
        """

    private static let columns = """
        \(PostgresTimestamp.sql("measured_at")), seconds, state, import_wh, export_wh, quality, flags, \
        \(PostgresTimestamp.sql("received_at")), \(PostgresTimestamp.sql("recorded_at")), b.actor, b.reason, e.actor, e.reason
        """

    /// An import's readings have its event's time as their time of receipt, to the microsecond.
    private static let names = """
        left join energy.reading_event e on e.event_id = said.event_id
        left join lateral (
            select i.actor, i.reason from energy.reading_event i
            where said.flags & \(ReadingFlags.imported.rawValue) <> 0 and i.kind = 'import' and i.at = said.received_at
            order by i.event_id limit 1
        ) b on true
        """

    private static let order = """
        order by measured_at, state <> 'stored', recorded_at desc, received_at desc, import_wh, export_wh
        """

    private static func entry(_ rows: PostgresResult, _ row: Int) -> HistoryEntry {
        HistoryEntry(
            measuredAt: rows.int64(row, 0) ?? 0,
            seconds: rows.int32(row, 1),
            state: HistoryEntry.State(rawValue: rows.text(row, 2) ?? "") ?? .superseded,
            importWh: rows.int64(row, 3),
            exportWh: rows.int64(row, 4),
            quality: rows.text(row, 5) ?? "",
            flags: Int16(clamping: rows.int32(row, 6) ?? 0),
            receivedAt: rows.int64(row, 7) ?? 0,
            recordedAt: rows.int64(row, 8),
            broughtBy: actor(rows, row, 9),
            endedBy: actor(rows, row, 11)
        )
    }

    private static func actor(_ rows: PostgresResult, _ row: Int, _ column: Int) -> HistoryEntry.Actor? {
        rows.text(row, column).map { HistoryEntry.Actor(name: $0, reason: rows.text(row, column + 1) ?? "") }
    }
}

extension PostgresResult {
    /// The first row's first value, if there is a row.
    fileprivate var optionalInt32: Int32? { rowCount > 0 ? int32(0, 0) : nil }
}
