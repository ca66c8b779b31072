import CommunityRegistry
import EnergySharing
import Ingestion
import PostgresStore
import Settlement
import Testing

/// Settlement is a pure function of the stored readings and the registry: whatever the order of arrival, the batches, and the moments at
/// which it was settled, the final tables are those of settling everything once.
@Suite(.needsPostgres) struct SettlementOrderTests {
    /// 2016-08-01T00:00:00Z.
    private static let start = IngestFixture.epoch
    private static let minute: Int64 = 60_000_000
    private static let meters = 4
    private static let hours = 40

    @Test(arguments: 0..<12)
    func `arrival in any order ends like settling once`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let stream = Self.stream(&random)
        let registry = Self.document(changed: false)
        let changed = Self.document(changed: seed % 2 == 1)

        let fixture = try IngestFixture(partitions: 2)
        let intake = try Intake(fixture, registry)
        let loop = Self.loop(fixture.database)
        var rest = stream[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Int.random(in: 1...12, using: &random))
            rest = rest.dropFirst(batch.count)
            try intake.take(Array(batch))
            if Int.random(in: 0..<3, using: &random) == 0 { _ = try loop.settleDue() }
            if rest.count < stream.count / 2 { try intake.apply(changed) }
        }
        try loop.settleThroughLastReading()

        let once = try IngestFixture()
        let reference = try Intake(once, changed)
        try reference.store(stream)
        // By the same clock: intervals that have passed without readings are settled too.
        let watermark = "select \(PostgresTimestamp.sql("watermark")) from energy.stream_position order by partition"
        let watermarks = try fixture.sql.query(watermark)
        _ = try once.sql.query(
            "update energy.stream_position set watermark = $1",
            [.timestamp(min(watermarks.int64(0, 0) ?? .max, watermarks.int64(1, 0) ?? .max))]
        )
        try Self.loop(once.database).settleThroughLastReading()

        let (found, expected) = (try Self.result(fixture.sql), try Self.result(once.sql))
        let (extra, missing) = (Set(found).subtracting(expected).sorted(), Set(expected).subtracting(found).sorted())
        #expect(extra.isEmpty && missing.isEmpty, "extra \(extra.prefix(5)), missing \(missing.prefix(5))")
        #expect(expected.count > Self.hours, "the test must not compare nothing with nothing")
    }

    // MARK: What is compared

    /// The rows that count, the intervals' counts and the open anomalies, as texts.
    private static func result(_ sql: PostgresConnection) throws -> [String] {
        let rows = try sql.query(
            """
            select concat_ws(' ', interval_start, hub_device_id, import_wh, community_wh, grid_wh, export_wh, shared_wh, surplus_wh,
                             quality) as line
            from energy.current_attribution
            union all
            select concat_ws(' ', interval_start, interval_end, expected, received) from energy.interval_status
            union all
            select concat_ws(' ', d.hub_device_id, a.kind, a.from_at, a.to_at, a.detail)
            from energy.anomaly a join energy.device d using (device_id)
            order by line
            """
        )
        return (0..<rows.rowCount).compactMap { rows.text($0, 0) }
    }

    // MARK: The data

    private static func document(changed: Bool) -> RegistryDocument {
        RegistryDocument(communities: [
            RegistryCommunity(
                code: "c",
                name: "C",
                timeZone: "UTC",
                rules: [RegistryRule(intervalMinutes: 30, sharing: SharingRule(key: .static), grace: 60 * minute)],
                members: [
                    RegistryMember(
                        code: "m",
                        name: "M",
                        devices: (0..<meters).map { meter in
                            RegistryDevice(
                                hubDeviceID: "meter-\(meter)",
                                connectionWatts: changed && meter == 0 ? 20_000 : 17_250,
                                participations: [
                                    RegistryParticipation(
                                        community: "c",
                                        from: start + Int64(meter) * 60 * minute,
                                        until: changed && meter == 1 ? start + 20 * 60 * minute : nil,
                                        sharePPM: changed ? 200_000 : 100_000 * (meter + 1)
                                    )
                                ]
                            )
                        }
                    )
                ]
            )
        ])
    }

    /// One reading on its way, before the registry gives its device a number.
    private struct Arrival {
        var meter: Int
        var row: ReadingRow
    }

    /// Readings of all meters in the order in which the hub got them: mostly in order of time, some late, a few wrong.
    private static func stream(_ random: inout SeededGenerator) -> [Arrival] {
        var arrivals: [Arrival] = []
        for meter in 0..<meters {
            var time = start + Int64.random(in: 0..<600, using: &random) * minute
            var (importWh, exportWh): (Int64, Int64) = (1_000_000, 500_000)
            while time < start + Int64(hours) * 60 * minute {
                let step = Int64([15, 15, 30, 30, 30, 45, 100].randomElement(using: &random) ?? 30)
                time += step * minute
                importWh += Int64.random(in: 0...step * 100, using: &random)
                exportWh += Int64.random(in: 0...step * 60, using: &random)
                var read = importWh
                switch Int.random(in: 0..<40, using: &random) {
                case 0: read += 5_000_000  // one wrong reading
                case 1: importWh = 10  // another meter from here on
                default: break
                }
                let isLate = Int.random(in: 0..<6, using: &random) == 0
                let delay = Int64.random(in: 0..<(isLate ? 30 * 60 : 3), using: &random)
                arrivals.append(
                    Arrival(
                        meter: meter,
                        row: ReadingRow(
                            deviceID: 0,
                            measuredAt: time,
                            importWh: read,
                            exportWh: exportWh,
                            quality: Int.random(in: 0..<12, using: &random) == 0 ? 0x45 : 0x4D,
                            flags: 0,
                            receivedAt: time + delay * minute,
                            previousAt: .min,
                            partitionIndex: Int32(meter % 2)
                        )
                    )
                )
            }
        }
        // The partitions are not read evenly: the second is hours behind the first.
        let lag = Int64.random(in: 0..<20 * 60, using: &random) * minute
        func place(_ arrival: Arrival) -> Int64 { arrival.row.receivedAt + (arrival.row.partitionIndex == 1 ? lag : 0) }
        return arrivals.sorted { place($0) < place($1) }
    }

    private static func loop(_ database: TestDatabase) -> SettlementLoop<PostgresSettlementStore> {
        var settings = SettlementSettings()
        settings.chunkMeterIntervals = 50
        let store = PostgresSettlementStore(conninfo: database.url, partitionWidth: .month)
        return SettlementLoop(store: store, settings: settings) { _ in }
    }

    // MARK: Intake

    /// What the ingest loop does, in little: numbers devices and decides between the straight and the staged path.
    private final class Intake {
        private let fixture: IngestFixture
        private let registry: PostgresRegistryStore
        private var version: Int64 = 0
        private var devices: [Int32] = []
        /// The device's last reading, as far as it is known.
        private var last: [Int32: ReadingRow] = [:]
        private var isUnknown: Set<Int32> = []

        init(_ fixture: IngestFixture, _ document: RegistryDocument) throws {
            self.fixture = fixture
            registry = PostgresRegistryStore(fixture.sql)
            try apply(document)
        }

        func apply(_ document: RegistryDocument) throws {
            _ = try registry.apply(document, prune: false, now: 0)
            let rows = try fixture.sql.query("select device_id from energy.device order by hub_device_id")
            devices = (0..<rows.rowCount).compactMap { rows.int32($0, 0) }
            version = try fixture.number("select registry_version from energy.control") ?? 0
        }

        /// Writes one batch.
        func take(_ arrivals: [Arrival]) throws {
            var straight: [ReadingRow] = []
            var staged: [ReadingRow] = []
            for arrival in arrivals {
                var row = arrival.row
                row.deviceID = devices[arrival.meter]
                if !isUnknown.contains(row.deviceID), isStraight(row) {
                    row.previousAt = last[row.deviceID]?.measuredAt ?? .min
                    straight.append(row)
                    last[row.deviceID] = row
                } else {
                    staged.append(row)
                    isUnknown.insert(row.deviceID)
                }
            }
            var batch = fixture.batch(straight: straight, staged: staged)
            batch.registryVersion = version
            try fixture.write(batch)
            for device in isUnknown {
                let newest = try fixture.sql.query(
                    """
                    select \(PostgresTimestamp.sql("measured_at")), import_wh, export_wh from energy.reading where device_id = $1
                    order by measured_at desc limit 1
                    """,
                    [.int32(device)]
                )
                guard let time = newest.int64(0, 0), var row = arrivals.first?.row else { continue }
                (row.measuredAt, row.importWh, row.exportWh) = (
                    time, newest.int64(0, 1) ?? -1, newest.int64(0, 2) ?? -1
                )
                last[device] = row
            }
            isUnknown = []
        }

        /// Whether a reading is newer than the device's last one, and no break after it.
        private func isStraight(_ row: ReadingRow) -> Bool {
            guard let last = last[row.deviceID] else { return false }
            guard row.measuredAt > last.measuredAt else { return false }
            return !RegisterSeries.isBreak(
                from: RegisterReading(time: last.measuredAt, importWh: last.importWh, exportWh: last.exportWh),
                to: RegisterReading(time: row.measuredAt, importWh: row.importWh, exportWh: row.exportWh),
                limits: ConnectionLimits(connectionWatts: 17_250)
            )
        }

        /// Stores all readings as they are, without batches and marks.
        func store(_ arrivals: [Arrival]) throws {
            let rows = arrivals.map { ($0.row, devices[$0.meter]) }
            try fixture.sql.run(
                "select energy.ensure_partition('reading', date '2016-08-01' + d, 'month') from generate_series(0, 3) d"
            )
            _ = try fixture.sql.query(
                """
                insert into energy.reading (device_id, measured_at, received_at, import_wh, export_wh, quality)
                select d, t, r, i, e, case q when 69 then 'E'::"char" else 'M' end
                from unnest($1::integer[], $2::timestamptz[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::integer[])
                    as g (d, t, r, i, e, q)
                """,
                [
                    .int32Array(rows.map(\.1)), .timestampArray(rows.map(\.0.measuredAt)),
                    .timestampArray(rows.map(\.0.receivedAt)), .int64Array(rows.map(\.0.importWh)),
                    .int64Array(rows.map(\.0.exportWh)), .int32Array(rows.map { Int32($0.0.quality) }),
                ]
            )
        }
    }
}
