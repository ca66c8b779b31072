import EnergySharing
import PostgresStore
import Settlement
import Testing

/// A community whose interval, key, grace, finality and time for corrections change on a date.
@Suite(.needsPostgres) struct DatedRulesTests {
    private let fixture: SettlementFixture
    private let devices: [Int32]
    private static let hour = SettlementFixture.hour
    /// When the rules change, in hours.
    private static let change = 6.0

    init() throws {
        let fixture = try SettlementFixture()
        self.fixture = fixture
        devices = try (1...3).map { try fixture.device($0) }
        let date = "to_timestamp(\(SettlementFixture.at(Self.change) / 1_000_000))"
        try fixture.sql.run(
            """
            update energy.community_rule set valid_during = tstzrange(null, \(date)), grace = '2 h', finality = '3 h', corrections = '4 h';
            insert into energy.community_rule (community_id, valid_during, interval_minutes, sharing_key, grace, finality, final_day,
                                               final_time, corrections)
            select community_id, tstzrange(\(date), null), 15, 'proportional', '30 min', '35 d', 5, '06:00', null
            from energy.community_rule
            """
        )
    }

    private func at(_ hours: Double) -> Int64 { SettlementFixture.at(hours) }

    /// Readings at every quarter of an hour in these hours: the first meter feeds out 400 Wh an hour, the second draws 100, the third 300.
    private func store(_ hours: ClosedRange<Double>, except: Set<Double> = []) throws {
        try fixture.sql.run("select energy.ensure_partition('reading', date '2016-08-01', 'month')")
        let rates: [(Int64, Int64)] = [(0, 100), (25, 0), (75, 0)]
        for quarter in Int(hours.lowerBound * 4)...Int(hours.upperBound * 4) where !except.contains(Double(quarter) / 4)
        {
            for (device, rate) in zip(devices, rates) {
                _ = try fixture.sql.query(
                    """
                    insert into energy.reading (device_id, measured_at, received_at, import_wh, export_wh, quality)
                    values ($1, $2, $2, $3, $4, 'M')
                    """,
                    [
                        .int32(device), .timestamp(at(Double(quarter) / 4)), .int64(Int64(quarter) * rate.0),
                        .int64(Int64(quarter) * rate.1),
                    ]
                )
            }
        }
    }

    private func setWatermark(_ hours: Double) throws {
        _ = try fixture.sql.query(
            """
            insert into energy.stream_position (topic, partition, first_offset, next_offset, watermark) values ('t', 0, 0, 1, $1)
            on conflict (topic, partition) do update set watermark = excluded.watermark
            """,
            [.timestamp(at(hours))]
        )
    }

    private func loop() -> SettlementLoop<PostgresSettlementStore> {
        SettlementLoop(
            store: PostgresSettlementStore(conninfo: fixture.registry.database.url, partitionWidth: .month),
            settings: SettlementSettings()
        ) { _ in }
    }

    /// `start minutes community-Wh of meters 1, 2 and 3`, in hours.
    private func split() throws -> [String] {
        try fixture.texts(
            """
            select concat_ws(' ', (extract(epoch from interval_start) - 1470009600)::float8 / 3600,
                             extract(epoch from min(interval_end) - interval_start)::integer / 60,
                             string_agg(community_wh::text, ' ' order by hub_device_id))
            from energy.current_attribution group by interval_start order by interval_start
            """
        )
    }

    /// By fixed shares of a tenth each before the change, in proportion to what is drawn after it.
    private func expected(_ hours: Range<Double>) -> [String] {
        var lines: [String] = []
        var start = hours.lowerBound
        while start < hours.upperBound {
            let text = start == start.rounded() ? "\(Int(start))" : "\(start)"
            lines.append(start < Self.change ? "\(text) 60 0 40 40" : "\(text) 15 0 25 75")
            start += start < Self.change ? 1 : 0.25
        }
        return lines
    }

    @Test func `each side of the date is settled by its own rule, when its own grace has passed`() throws {
        try store(0...12)
        let loop = loop()
        for (watermark, until) in [(6.0, 4.0), (7.75, 5), (8, 7.5), (8.25, 7.75), (10, 9.5)] {
            try setWatermark(watermark)
            _ = try loop.settleDue()
            #expect(try split() == expected(0..<until), "at \(watermark)")
        }
        try loop.settleThroughLastReading()
        #expect(try split() == expected(0..<12))
        #expect(
            try fixture.texts(
                "select distinct final_at - interval_end from energy.interval_status where interval_start < \(literal(Self.change))"
            ) == ["03:00:00"]
        )
        // It is July in Los Angeles until 07:00Z.
        #expect(
            try fixture.texts(
                """
                select final_at at time zone 'UTC', count(*) from energy.interval_status where interval_start >= \(literal(Self.change))
                group by 1 order by 1
                """
            ) == ["2016-08-05 13:00:00", "2016-09-05 13:00:00"]
        )
        try verify()
    }

    @Test func `a late reading at the date changes both sides, as far as each is open`() throws {
        try store(0...12, except: [5.75, 6, 6.25])
        let loop = loop()
        try setWatermark(9.5)
        _ = try loop.settleDue()
        // The second meter's register at the date is lower than on the line between its neighbours.
        try fixture.sql.run(
            """
            insert into energy.reading (device_id, measured_at, received_at, import_wh, export_wh, quality)
            values (\(devices[1]), \(literal(6)), \(literal(9.5)), 590, 0, 'M')
            """
        )
        try fixture.addMark(devices[1], at(5.5), at(6.5))
        _ = try loop.settleDue()
        let imports = {
            try fixture.texts(
                """
                select concat(import_wh, ':', revision) from energy.current_attribution
                where device_id = \(devices[1]) and interval_start >= \(literal(5)) and interval_start < \(literal(7)) order by interval_start
                """
            )
        }
        #expect(try imports() == ["90:1", "30:0", "30:0", "25:0", "25:0"])
        try verify()

        // An hour later the old rule's last interval is closed; the new rule's never are.
        try setWatermark(10.5)
        try fixture.sql.run(
            "update energy.reading set import_wh = 580 where device_id = \(devices[1]) and measured_at = \(literal(6))"
        )
        try fixture.addMark(devices[1], at(5.5), at(6.5), receivedAt: at(10.5))
        _ = try loop.settleDue()
        #expect(try imports() == ["90:1", "35:0", "35:0", "25:0", "25:0"])
        #expect(
            try fixture.texts("select concat(from_at, ' ', until_at) from energy.late_span") == [
                "2016-08-01 05:00:00+00 2016-08-01 06:00:00+00"
            ]
        )
        try verify()
        try loop.settleAgain(community: "sierra-crest", from: at(5), until: at(6))
        #expect(try imports() == ["80:2", "35:0", "35:0", "25:0", "25:0"])
        #expect(try fixture.texts("select 1 from energy.late_span") == [])
        try verify()
    }

    private func literal(_ hours: Double) -> String { "to_timestamp(\(at(hours) / 1_000_000))" }

    /// Every sum over both sides holds.
    private func verify() throws {
        let names = ["row-sums", "interval-sums", "interval-status", "interval-sequence", "telescoping"]
        _ = try BookVerification(fixture.sql).run { finding in
            guard names.contains(finding.name) else { return }
            #expect(finding.isOk && finding.checked > 0, "\(finding.name): \(finding.contradictions)")
        }
    }
}
