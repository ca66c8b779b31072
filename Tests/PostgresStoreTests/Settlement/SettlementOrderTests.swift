import CommunityRegistry
import EnergySharing
import Ingestion
import MeterReadings
import PostgresStore
import Settlement
import Testing

/// Settlement is a pure function of the stored readings and the registry: whatever the order of arrival, the batches, and the moments at
/// which it was settled, the final tables are those of settling everything once.
@Suite(.needsPostgres) struct SettlementOrderTests {
    /// 2016-08-01T00:00:00Z.
    private static let start = IngestFixture.epoch
    private static let minute: Int64 = 60_000_000
    private static let meters = 5
    /// The meter of kind interval.
    private static let interval = 4
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
        var decided = 0
        while !rest.isEmpty {
            let batch = rest.prefix(Int.random(in: 1...12, using: &random))
            rest = rest.dropFirst(batch.count)
            try intake.take(Array(batch))
            if Int.random(in: 0..<3, using: &random) == 0 { _ = try loop.settleDue() }
            if rest.count < stream.count / 2 { try intake.apply(changed) }
            if Int.random(in: 0..<3, using: &random) == 0, try Self.decide(fixture.sql, &random) {
                decided += 1
                try intake.forget()
            }
        }
        try loop.settleThroughLastReading()
        #expect(decided > 0, "the test must decide something")

        let once = try IngestFixture()
        let reference = try Intake(once, changed)
        try reference.store(stream)
        try Self.copyDecisions(from: fixture.sql, to: once.sql)
        // By the same clock: intervals that have passed without readings are settled too.
        let watermark = "select \(PostgresTimestamp.sql("watermark")) from energy.stream_position order by partition"
        let watermarks = try fixture.sql.query(watermark)
        _ = try once.sql.query(
            "update energy.stream_position set watermark = $1",
            [.timestamp(min(watermarks.int64(0, 0) ?? .max, watermarks.int64(1, 0) ?? .max))]
        )
        try Self.loop(once.database).settleThroughLastReading()

        // What somebody resolved is no open finding, whether it is one still or not.
        let resolved = Set(try Self.anomalies(fixture.sql, "resolution is not null"))
        let found =
            try Self.result(fixture.sql)
            + Self.anomalies(fixture.sql, "resolution is null").filter { !resolved.contains($0) }
        let expected = try Self.result(once.sql) + Self.anomalies(once.sql, "true").filter { !resolved.contains($0) }
        let (extra, missing) = (Set(found).subtracting(expected).sorted(), Set(expected).subtracting(found).sorted())
        #expect(extra.isEmpty && missing.isEmpty, "extra \(extra.prefix(5)), missing \(missing.prefix(5))")
        #expect(expected.count > Self.hours, "the test must not compare nothing with nothing")
    }

    // MARK: What is compared

    /// The rows that count and the intervals' counts, as texts.
    private static func result(_ sql: PostgresConnection) throws -> [String] {
        let rows = try sql.query(
            """
            select concat_ws(' ', interval_start, hub_device_id, import_wh, community_wh, grid_wh, export_wh, shared_wh, surplus_wh,
                             quality) as line
            from energy.current_attribution
            union all
            select concat_ws(' ', interval_start, interval_end, expected, received) from energy.interval_status
            order by line
            """
        )
        return (0..<rows.rowCount).compactMap { rows.text($0, 0) }
    }

    /// Anomalies, as texts.
    private static func anomalies(_ sql: PostgresConnection, _ condition: String) throws -> [String] {
        let rows = try sql.query(
            """
            select concat_ws(' ', d.hub_device_id, a.kind, a.from_at, a.to_at)
            from energy.anomaly a join energy.device d using (device_id) where \(condition) order by 1
            """
        )
        return (0..<rows.rowCount).compactMap { rows.text($0, 0) }
    }

    // MARK: Decisions

    /// Decides on some open anomaly, whatever it is; false if there is none, or the decision makes no sense there.
    private static func decide(_ sql: PostgresConnection, _ random: inout SeededGenerator) throws -> Bool {
        let open = try sql.query(
            "select anomaly_id from energy.anomaly where resolution is null order by device_id, from_at, kind"
        )
        guard open.rowCount > 0, let id = open.int64(Int.random(in: 0..<open.rowCount, using: &random), 0) else {
            return false
        }
        let exchange = RegistryMeterSwap.Exchange(finalWh: Int64.random(in: 0...9_000_000, using: &random), startWh: 5)
        let decision: AnomalyDecision
        switch Int.random(in: 0..<6, using: &random) {
        case 0: decision = .accept
        case 1: decision = .setAside(.before)
        case 2: decision = .setAside(.after)
        case 3: decision = .setAside(nil)
        case 4: decision = .meterSwap(at: nil, imported: nil, exported: exchange)
        default: decision = .meterSwap(at: nil, imported: exchange, exported: nil)
        }
        do {
            _ = try AnomalyDecisions(sql).resolve(id, as: decision, by: "test", note: "test")
            return true
        } catch is QueryFailure {
            return false
        }
    }

    /// Records in another database what people decided in this one.
    private static func copyDecisions(from: PostgresConnection, to: PostgresConnection) throws {
        let decisions = try from.query(
            """
            select d.hub_device_id, \(PostgresTimestamp.sql("n.measured_at")), n.decision
            from energy.reading_decision n join energy.device d using (device_id)
            """
        )
        for row in 0..<decisions.rowCount {
            _ = try to.query(
                """
                insert into energy.reading_decision (device_id, measured_at, decision, reason)
                select device_id, $2, $3, 'test' from energy.device where hub_device_id = $1
                """,
                [
                    .text(decisions.text(row, 0) ?? ""), .timestamp(decisions.int64(row, 1) ?? 0),
                    .text(decisions.text(row, 2) ?? ""),
                ]
            )
        }
        let swaps = try from.query(
            """
            select d.hub_device_id, \(PostgresTimestamp.sql("s.swapped_at")), s.import_final_wh, s.import_start_wh, s.export_final_wh,
                   s.export_start_wh
            from energy.meter_swap s join energy.device d using (device_id)
            """
        )
        for row in 0..<swaps.rowCount {
            _ = try to.query(
                """
                insert into energy.meter_swap
                    (device_id, swapped_at, import_final_wh, import_start_wh, export_final_wh, export_start_wh)
                select device_id, $2, $3, $4, $5, $6 from energy.device where hub_device_id = $1
                on conflict do nothing
                """,
                [.text(swaps.text(row, 0) ?? ""), .timestamp(swaps.int64(row, 1) ?? 0)]
                    + (2..<6).map { .optional(swaps.int64(row, $0)) }
            )
        }
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
                                kind: meter == interval ? .interval : .register,
                                connectionWatts: changed && meter == 0 ? 20_000 : 17_250,
                                meterSwaps: swaps(ofMeter: meter, changed: changed),
                                participations: [
                                    RegistryParticipation(
                                        community: "c",
                                        from: start + Int64(meter) * 60 * minute,
                                        until: changed && meter == 1 ? start + 20 * 60 * minute : nil,
                                        sharePPM: changed ? 200_000 : 60_000 * (meter + 1)
                                    )
                                ]
                            )
                        }
                    )
                ]
            )
        ])
    }

    /// Exchanges that nobody's readings know of: of one meter from the beginning, of another since the registry changed.
    private static func swaps(ofMeter meter: Int, changed: Bool) -> [RegistryMeterSwap] {
        if meter == 3 {
            return [RegistryMeterSwap(at: start + 17 * 60 * minute, exported: .init(finalWh: 900_000, startWh: 7))]
        }
        guard meter == 2, changed else { return [] }
        return [
            RegistryMeterSwap(at: start + 15 * 60 * minute, imported: .init(finalWh: 4_000_000, startWh: 1_000)),
            RegistryMeterSwap(at: start + 15 * 60 * minute + 1, imported: .init(finalWh: 7, startWh: 7)),
        ]
    }

    /// One reading on its way, before the registry gives its device a number.
    private struct Arrival {
        var meter: Int
        var row: ReadingRow
    }

    /// Readings of all meters in the order in which the hub got them: mostly in order of time, some late, a few wrong.
    private static func stream(_ random: inout SeededGenerator) -> [Arrival] {
        var arrivals: [Arrival] = []
        for meter in 0..<meters where meter != interval {
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
        arrivals += intervals(&random)
        // The partitions are not read evenly: the second is hours behind the first.
        let lag = Int64.random(in: 0..<20 * 60, using: &random) * minute
        func place(_ arrival: Arrival) -> Int64 { arrival.row.receivedAt + (arrival.row.partitionIndex == 1 ? lag : 0) }
        return arrivals.sorted { place($0) < place($1) }
    }

    /// Energy of quarters, with holes; some hours are told as a whole, too, in the time of which quarters lie.
    private static func intervals(_ random: inout SeededGenerator) -> [Arrival] {
        var arrivals: [Arrival] = []
        for quarter in Int64.random(in: 10...40, using: &random)..<Int64(hours * 4) {
            if Int.random(in: 0..<15, using: &random) == 0 { continue }
            let isHour = quarter % 4 == 0 && Int.random(in: 0..<5, using: &random) == 0
            let time = start + quarter * 15 * minute
            let delay = Int64.random(in: 0..<(Int.random(in: 0..<6, using: &random) == 0 ? 30 * 60 : 3), using: &random)
            arrivals.append(
                Arrival(
                    meter: interval,
                    row: ReadingRow(
                        deviceID: 0,
                        measuredAt: time,
                        importWh: Int64.random(in: 0...(isHour ? 12_000 : 5_500), using: &random),
                        exportWh: Int64.random(in: 0...500, using: &random),
                        quality: [0x4D, 0x4D, 0x4D, 0x45, 0x46][Int.random(in: 0..<5, using: &random)],
                        flags: 0,
                        receivedAt: time + 60 * minute + delay * minute,
                        previousAt: .min,
                        partitionIndex: Int32(interval % 2),
                        intervalSeconds: isHour ? 3_600 : 900
                    )
                )
            )
        }
        return arrivals
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
        func take(_ arrivals: [Arrival]) throws {
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
        func store(_ arrivals: [Arrival]) throws {
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
}
