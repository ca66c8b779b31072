import EnergySharing
import PostgresStore
import Settlement
import Testing

/// Readings that come after the time for corrections.
@Suite(.needsPostgres) struct SettlementClosedTests {
    private let fixture: SettlementFixture
    private let device: Int32

    init() throws {
        fixture = try SettlementFixture()
        device = try fixture.device(1)
        try fixture.sql.run("update energy.community_rule set grace = '0 h', finality = '5 h', corrections = '10 h'")
    }

    private func at(_ hours: Double) -> Int64 { SettlementFixture.at(hours) }

    private func loop() -> SettlementLoop<PostgresSettlementStore> {
        SettlementLoop(
            store: PostgresSettlementStore(conninfo: fixture.registry.database.url, partitionWidth: .month),
            settings: SettlementSettings()
        ) { _ in }
    }

    /// What is consumed: one partition, whose watermark is at an hour.
    private func setWatermark(_ hours: Double) throws {
        _ = try fixture.sql.query(
            """
            insert into energy.stream_position (topic, partition, first_offset, next_offset, watermark) values ('t', 0, 0, 1, $1)
            on conflict (topic, partition) do update set watermark = excluded.watermark
            """,
            [.timestamp(at(hours))]
        )
    }

    private func lateSpans() throws -> [String] {
        try fixture.texts(
            """
            select concat_ws(' ', extract(epoch from from_at - '2016-08-01 00:00Z')::bigint / 3600,
                             extract(epoch from until_at - '2016-08-01 00:00Z')::bigint / 3600)
            from energy.late_span order by from_at
            """
        )
    }

    /// The import of each interval, and its revision.
    private func imports() throws -> [String] {
        try fixture.texts(
            """
            select concat(a.import_wh, ':', a.revision) from energy.current_attribution a where a.device_id = \(device)
            order by a.interval_start
            """
        )
    }

    @Test func `a late reading changes what is open, and is noted where it came too late`() throws {
        try fixture.addReadings(device, at: [0, 4, 8, 12, 16, 20])
        try setWatermark(20)
        let loop = loop()
        _ = try loop.settleDue()
        let even = [String](repeating: "4:0", count: 20)
        #expect(try imports() == even)
        // Corrected readings of hours 8 and 12: 10 Wh more. What ends at 10 or before is closed.
        try fixture.sql.run(
            "update energy.reading set import_wh = import_wh + 10 where measured_at in (to_timestamp(1470009600 + 28800), to_timestamp(1470009600 + 43200))"
        )
        try fixture.addMark(device, at(4), at(16))
        _ = try loop.settleDue()
        #expect(try lateSpans() == ["4 10"])
        let after = try imports()
        #expect(after.prefix(10) == even.prefix(10) && after != even)
        let status = try StatusQuery(fixture.sql).status(idleAfter: .seconds(1)).communities[0]
        #expect(status.lateSpans == 1 && status.dueSpans == 0)

        // The same again adds nothing; what touches it merges, what does not stays apart.
        try fixture.addMark(device, at(4), at(6))
        try fixture.addMark(device, at(2), at(3.5))
        _ = try loop.settleDue()
        #expect(try lateSpans() == ["2 10"])
        try fixture.addMark(device, at(0), at(0.5))
        try loop.settleThroughLastReading()
        #expect(try lateSpans() == ["0 1", "2 10"])

        // What somebody settles again is what the readings say, and exactly that is taken out.
        try loop.settleAgain(community: "sierra-crest", from: at(6), until: at(8))
        #expect(try lateSpans() == ["0 1", "2 6", "8 10"])
        #expect(try imports()[6...8] == ["6:1", "7:1", "4:0"])
        try fixture.addDueSpan(0, 9, "registry")
        _ = try loop.settleDue()
        #expect(try lateSpans() == ["9 10"])
        try loop.settleAgain(community: "sierra-crest", from: .min, until: .max)
        #expect(try lateSpans() == [])
    }

    @Test func `what is late and due for another cause at the same time is settled, not noted`() throws {
        try fixture.addReadings(device, at: [0, 20])
        try setWatermark(20)
        let loop = loop()
        _ = try loop.settleDue()
        try fixture.addDueSpan(1, 5, "late")
        try fixture.addDueSpan(3, 7, "decision")
        _ = try loop.settleDue()
        #expect(try lateSpans() == ["1 3"])
    }

    @Test func `without a limit late readings change everything`() throws {
        try fixture.sql.run("update energy.community_rule set corrections = null")
        try fixture.addReadings(device, at: [0, 20])
        try setWatermark(20)
        let loop = loop()
        _ = try loop.settleDue()
        try fixture.sql.run("update energy.reading set import_wh = 200 where import_wh > 0")
        try fixture.addMark(device, at(0), at(20))
        _ = try loop.settleDue()
        #expect(try imports().allSatisfy { $0.hasPrefix("10:") })
        #expect(try lateSpans() == [])
    }
}
