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
    private static let start = OrderStream.start
    private static let minute = OrderStream.minute
    private static let meters = OrderStream.meters
    private static let interval = OrderStream.interval
    private static let hours = OrderStream.hours

    @Test(arguments: 0..<12)
    func `arrival in any order ends like settling once`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let stream = OrderStream.arrivals(&random)
        let registry = Self.document(changed: false)
        let changed = Self.document(changed: seed % 2 == 1)

        let fixture = try IngestFixture(partitions: 2)
        let intake = try OrderIntake(fixture, registry)
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
        let reference = try OrderIntake(once, changed)
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

    private static func loop(_ database: TestDatabase) -> SettlementLoop<PostgresSettlementStore> {
        var settings = SettlementSettings()
        settings.chunkMeterIntervals = 50
        let store = PostgresSettlementStore(conninfo: database.url, partitionWidth: .month)
        return SettlementLoop(store: store, settings: settings) { _ in }
    }
}
