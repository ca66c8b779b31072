import CommunityRegistry
import EnergySharing
import Ingestion
import MeterReadings
import PostgresStore

/// What the ingest loop does, in little: numbers devices and decides between the straight and the staged path.
final class OrderIntake {
    private let fixture: IngestFixture
    private let registry: PostgresRegistryStore
    private var version: Int64 = 0
    private var devices: [Int32] = []
    /// The device's last reading, as far as it is known.
    private var last: [Int32: LastReading] = [:]

    init(_ fixture: IngestFixture, _ document: RegistryDocument) throws {
        self.fixture = fixture
        registry = PostgresRegistryStore(fixture.sql)
        try apply(document)
    }

    func apply(_ document: RegistryDocument) throws {
        _ = try registry.apply(document, prune: false, now: 0)
        let rows = try fixture.sql.query("select device_id from energy.device order by hub_device_id")
        devices = (0..<rows.rowCount).compactMap { rows.int32($0, 0) }
        try forget()
    }

    /// Reads the registry's version anew, and knows nothing of any device.
    func forget() throws {
        version = try fixture.number("select registry_version from energy.control") ?? 0
        last = [:]
    }

    /// Writes one batch.
    func take(_ arrivals: [OrderStream.Arrival]) throws {
        var straight: [ReadingRow] = []
        var staged: [ReadingRow] = []
        var isUnknown: Set<Int32> = []
        for arrival in arrivals {
            var row = arrival.row
            row.deviceID = devices[arrival.meter]
            if row.intervalSeconds == 0, !isUnknown.contains(row.deviceID), let previous = last[row.deviceID],
                takesPart(row),
                isStraight(row, after: previous)
            {
                row.previousAt = previous.measuredAt
                straight.append(row)
                last[row.deviceID] = LastReading(
                    measuredAt: row.measuredAt,
                    receivedAt: row.receivedAt,
                    importWh: row.importWh,
                    exportWh: row.exportWh,
                    quality: row.quality
                )
            } else {
                staged.append(row)
                if row.intervalSeconds == 0, takesPart(row) || last[row.deviceID] == nil {
                    isUnknown.insert(row.deviceID)
                }
            }
        }
        for device in isUnknown { last[device] = nil }
        var batch = fixture.batch(straight: straight, staged: staged)
        batch.registryVersion = version
        batch.unknownDevices = isUnknown
        let receipt = try fixture.write(batch)
        for (device, newest) in receipt.newestReadings
        where newest.isSettled(ConnectionLimits(connectionWatts: 17_250)) {
            last[device] = newest.last
        }
    }

    private func takesPart(_ row: ReadingRow) -> Bool { [0x4D, 0x53, 0x45].contains(row.quality) }

    /// Whether a reading is newer than the device's last one, and no break after it.
    private func isStraight(_ row: ReadingRow, after last: LastReading) -> Bool {
        row.measuredAt > last.measuredAt
            && !RegisterSeries.isBreak(
                from: RegisterReading(time: last.measuredAt, importWh: last.importWh, exportWh: last.exportWh),
                to: RegisterReading(time: row.measuredAt, importWh: row.importWh, exportWh: row.exportWh),
                limits: ConnectionLimits(connectionWatts: 17_250)
            )
    }

    /// Stores all readings as they are, without batches and marks.
    func store(_ arrivals: [OrderStream.Arrival]) throws {
        try fixture.sql.run(
            """
            select energy.ensure_partition('reading', date '2016-08-01' + d, 'month'),
                   energy.ensure_partition('interval_reading', date '2016-08-01' + d, 'month')
            from generate_series(0, 3) d
            """
        )
        let values = """
            from unnest($1::integer[], $2::timestamptz[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::integer[], $7::integer[])
                as g (d, t, r, i, e, q, s)
            """
        let rows = arrivals.map { ($0.row, devices[$0.meter]) }
        let parameters: [PostgresParameter] = [
            .int32Array(rows.map(\.1)), .timestampArray(rows.map(\.0.measuredAt)),
            .timestampArray(rows.map(\.0.receivedAt)), .int64Array(rows.map(\.0.importWh)),
            .int64Array(rows.map(\.0.exportWh)), .int32Array(rows.map { Int32($0.0.quality) }),
            .int32Array(rows.map(\.0.intervalSeconds)),
        ]
        _ = try fixture.sql.query(
            """
            insert into energy.reading (device_id, measured_at, received_at, import_wh, export_wh, quality)
            select d, t, r, i, e, chr(q)::"char" \(values) where s = 0
            """,
            parameters
        )
        _ = try fixture.sql.query(
            """
            insert into energy.interval_reading (device_id, interval_start, received_at, import_wh, export_wh, quality, seconds)
            select d, t, r, i, e, chr(q)::"char", s \(values) where s > 0
            """,
            parameters
        )
    }
}
