internal import Ingestion
internal import Settlement

/// The transaction in which a person changes readings: alone with them, and by what batches decide by.
struct HandSession {
    /// How long batches that are under way are waited for.
    private static let gateTimeout: Duration = .seconds(30)

    let connection: PostgresConnection
    /// How readings get their places.
    let placement: ReadingPlacement
    /// Nothing beyond it is settled.
    let horizon: Int64
    /// The time of the change by the database's clock, read behind the gate: later changes have later times.
    let now: Int64
    /// Before it intervals are sealed, because retention has dropped the readings that they were settled by; `Int64.min` if nothing is.
    let sealedUntil: Int64

    /// Runs a change between BEGIN and COMMIT, behind the batch gate; what it throws, and a trial, rolls back.
    ///
    /// - Parameters:
    ///   - isTrial: whether everything is done and then taken back.
    ///   - change: gives what it did, and whether readings changed: then workers are told to forget what they know of devices.
    static func run<Result>(
        _ connection: PostgresConnection,
        isTrial: Bool,
        _ change: (HandSession) throws -> (result: Result, hasChanged: Bool)
    ) throws -> Result {
        let placement = try ReadingPlacement(connection)
        try connection.run("begin")
        do {
            let session = try open(connection, placement)
            let (result, hasChanged) = try change(session)
            if isTrial {
                connection.rollback()
                return result
            }
            // What a worker remembers of a device's last reading may be wrong now, and would send a cleared place's reading straight in.
            if hasChanged { try connection.run("update energy.control set registry_version = registry_version + 1") }
            try connection.commit()
            return result
        } catch {
            connection.rollback()
            throw error
        }
    }

    private static func open(
        _ connection: PostgresConnection,
        _ placement: ReadingPlacement
    ) throws(PostgresError) -> HandSession {
        try connection.run(
            "set local lock_timeout = \(SQLText.milliseconds(gateTimeout)); \(BatchGate.enterExclusively)"
        )
        let control = try connection.query(
            """
            select \(PostgresTimestamp.sql("horizon")), \(PostgresTimestamp.sql("clock_timestamp()")) from energy.control
            """
        )
        guard let horizon = control.int64(0, 0), let now = control.int64(0, 1) else {
            throw PostgresError(.protocolViolation, "energy.control has no row: the schema is damaged")
        }
        return HandSession(
            connection: connection,
            placement: placement,
            horizon: horizon,
            now: now,
            sealedUntil: try sealedUntil(connection)
        )
    }

    /// Until when nothing can be settled again, as settlement has it.
    private static func sealedUntil(_ connection: PostgresConnection) throws(PostgresError) -> Int64 {
        let oldest = try connection.query(
            "select \(PostgresTimestamp.sql("max(readings_from)")) from energy.sealed"
        )
        return oldest.int64(0, 0).map(SettlementClaim.sealedUntil(readingsFrom:)) ?? .min
    }

    // MARK: Devices

    /// A device, as far as readings by hand have to fit it.
    struct Device {
        var id: Int32
        var registers: String
        /// The length of its readings in seconds; 0: registers.
        var intervalSeconds: Int32
    }

    /// The registry's devices of these names.
    func devices(_ names: some Sequence<String>) throws(PostgresError) -> [String: Device] {
        let rows = try connection.query(
            """
            select hub_device_id, device_id, registers, coalesce(interval_seconds, 0) from energy.device
            where hub_device_id = any ($1)
            """,
            [.textArray(Array(names))]
        )
        var devices: [String: Device] = [:]
        for row in 0..<rows.rowCount {
            devices[rows.text(row, 0) ?? ""] = Device(
                id: rows.int32(row, 1) ?? 0,
                registers: rows.text(row, 2) ?? "",
                intervalSeconds: rows.int32(row, 3) ?? 0
            )
        }
        return devices
    }

    // MARK: What becomes due

    /// Which settled intervals the readings that were placed or removed in this transaction make due again.
    func dueAgain() throws(PostgresError) -> [DueIntervals] {
        let rows = try connection.query(
            """
            with touched as (
                select p.community_id, range_agg(tstzrange(t.from_at, t.until_at, '[]') * p.valid_during) as spans
                from pg_temp.placing_touched t join energy.participation p using (device_id)
                where t.from_at < \(PostgresTimestamp.literal(horizon))
                group by p.community_id
            )
            select c.code, count(*), count(*) filter (where s.state <> 'provisional')
            from touched t
            join energy.community c using (community_id)
            join energy.interval_status s
                on s.community_id = t.community_id and t.spans && tstzrange(s.interval_start, s.interval_end)
                and s.interval_start >= \(PostgresTimestamp.literal(sealedUntil))
            group by c.code order by c.code collate "C"
            """
        )
        return (0..<rows.rowCount).map { row in
            DueIntervals(
                community: rows.text(row, 0) ?? "",
                intervals: rows.int64(row, 1) ?? 0,
                finalIntervals: rows.int64(row, 2) ?? 0
            )
        }
    }
}
