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

    private func loop(_ settings: SettlementSettings = SettlementSettings()) -> SettlementLoop<PostgresSettlementStore>
    {
        SettlementLoop(
            store: PostgresSettlementStore(conninfo: fixture.registry.database.url, partitionWidth: .month),
            settings: settings
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

    /// Adds to the registers at these hours, and marks a span for it.
    private func change(_ hours: [Double], by wh: Int64, _ from: Double, _ until: Double, receivedAt: Double?) throws {
        for hour in hours {
            _ = try fixture.sql.query(
                "update energy.reading set import_wh = import_wh + $2 where measured_at = $1",
                [.timestamp(at(hour)), .int64(wh)]
            )
        }
        try fixture.addMark(device, at(from), at(until), receivedAt: receivedAt.map { at($0) })
    }

    @Test func `a late reading changes what is open, and what it would change beyond is noted`() throws {
        try fixture.addReadings(device, at: [0, 4, 8, 12, 16, 20])
        try setWatermark(20)
        let loop = loop()
        _ = try loop.settleDue()
        let even = [String](repeating: "4:0", count: 20)
        #expect(try imports() == even)
        // Corrected readings of hours 8 and 12: 10 Wh more. What ends at 10 or before is closed; from 8 to 12 nothing changes.
        try change([8, 12], by: 10, 0, 16, receivedAt: 20)
        _ = try loop.settleDue()
        #expect(try lateSpans() == ["4 8"])
        let after = try imports()
        #expect(after.prefix(10) == even.prefix(10) && after != even)
        let status = try StatusQuery(fixture.sql).status(idleAfter: .seconds(1)).communities[0]
        #expect(status.lateSpans == 1 && status.dueSpans == 0)

        // The same again adds nothing, nor does what would change nothing, in whatever transactions.
        try fixture.addMark(device, at(5), at(6), receivedAt: at(20))
        try fixture.addMark(device, at(0), at(9.5), receivedAt: at(30))
        try loop.settleThroughLastReading()
        #expect(try lateSpans() == ["4 8"])

        // What somebody settles again is what the readings say, and exactly that is taken out.
        try loop.settleAgain(community: "sierra-crest", from: at(6), until: at(7))
        #expect(try lateSpans() == ["4 6", "7 8"])
        #expect(try imports()[5...7] == ["4:0", "6:1", "4:0"])
        try fixture.addDueSpan(0, 5, "registry")
        _ = try loop.settleDue()
        #expect(try lateSpans() == ["5 6", "7 8"])
        // If the readings say again what is settled, nothing is late any more.
        try change([8, 12], by: -10, 4, 8, receivedAt: 20)
        _ = try loop.settleDue()
        #expect(try lateSpans() == ["4 5", "6 7"])
        try loop.settleAgain(community: "sierra-crest", from: .min, until: .max)
        #expect(try lateSpans() == [])
    }

    @Test func `a reading that was received in time changes everything, however late it is settled`() throws {
        try fixture.addReadings(device, at: [0, 4, 8, 12, 16, 20])
        try setWatermark(20)
        let loop = loop()
        _ = try loop.settleDue()
        // The worker was down: other partitions are far ahead.
        try setWatermark(200)
        try change([8], by: 8, 4, 12, receivedAt: 14)
        _ = try loop.settleDue()
        #expect(try lateSpans() == [])
        #expect(try imports()[3...8] == ["4:0", "6:1", "6:1", "6:1", "6:1", "2:1"])
        // Another one's receipt does not count for it, nor its own for that one.
        try change([4], by: -4, 0, 4, receivedAt: 10)
        try change([8], by: -8, 4, 12, receivedAt: 17)
        _ = try loop.settleDue()
        #expect(try imports()[2...8] == ["3:1", "3:1", "5:2", "6:1", "6:1", "5:2", "4:2"])
        #expect(try lateSpans() == ["5 7"])
    }

    @Test func `both communities of a meter close the same intervals, whenever each is settled`() throws {
        try fixture.sql.run(
            """
            insert into energy.community (code, name, time_zone) values ('other', 'Other', 'UTC');
            insert into energy.community_rule (community_id, valid_during, interval_minutes, sharing_key, grace, finality, corrections)
            select community_id, tstzrange(null, null), 60, 'proportional', '0 h', '5 h', '10 h' from energy.community where code = 'other';
            insert into energy.community_settlement (community_id) select community_id from energy.community where code = 'other';
            update energy.participation set participation_ppm = 600000 where device_id = \(device);
            insert into energy.participation (device_id, community_id, valid_during, participation_ppm)
            select \(device), community_id, tstzrange(null, null), 250000 from energy.community where code = 'other'
            """
        )
        try fixture.addReadings(device, at: [0, 4, 8, 12, 16, 20])
        try setWatermark(20)
        let loop = loop()
        _ = try loop.settleDue()
        try change([8], by: 8, 4, 12, receivedAt: 16)
        // One is settled as soon as it came, the other days later.
        let store = fixture.store
        #expect(try store.distributeDueMarks() == 1)
        try setWatermark(21)
        try loop.settleAgain(community: "sierra-crest", from: at(19), until: at(20))
        try setWatermark(90)
        try loop.settleAgain(community: "other", from: at(19), until: at(20))
        let wholes = try fixture.texts(
            """
            select sum(import_wh + coalesce(unshared_import_wh, 0))
            from energy.attribution join energy.interval_status using (community_id, interval_start, revision) where device_id = \(device)
            group by interval_start order by interval_start
            """
        )
        #expect(wholes == [4, 4, 4, 4, 4, 4, 6, 6, 2, 2, 2, 2, 4, 4, 4, 4, 4, 4, 4, 4].map { String($0) })
        // A quarter of 6 Wh is as much as one of 4: in the other community nothing would change.
        #expect(try lateSpans() == ["4 6"])
    }

    @Test func `what is late and due for another cause at the same time is settled, not noted`() throws {
        try fixture.addReadings(device, at: [0, 20])
        try setWatermark(20)
        let loop = loop()
        _ = try loop.settleDue()
        try change([20], by: 20, 1, 5, receivedAt: 20)
        try fixture.addDueSpan(3, 7, "decision")
        _ = try loop.settleDue()
        #expect(try lateSpans() == ["1 3"])
    }

    @Test func `late data before the first interval are noted as far as they would make intervals`() throws {
        try fixture.addReadings(device, at: [8, 20])
        try setWatermark(20)
        let loop = loop()
        _ = try loop.settleDue()
        try fixture.addReadings(device, at: [2, 4])
        try fixture.addMark(device, at(2), at(4), receivedAt: at(20))
        _ = try loop.settleDue()
        #expect(try lateSpans() == ["2 8"])
        #expect(try imports().count == 12)
        // Received in time for the last four of them: these are settled, without a hole to what was the first.
        try fixture.addMark(device, at(2), at(4), receivedAt: at(14))
        _ = try loop.settleDue()
        #expect(try lateSpans() == ["2 4"])
        #expect(try imports().count == 16)
        #expect(try contradictions() == [])
    }

    @Test func `what comes before the first interval leaves no hole`() throws {
        try fixture.sql.run(
            "update energy.participation set valid_during = tstzrange(to_timestamp(\(at(10) / 1_000_000)), null)"
        )
        try fixture.addReadings(device, at: [0, 4, 8, 12, 16, 20])
        let second = try fixture.device(2)
        try fixture.addReadings(second, at: [0, 4, 8, 12, 16, 20])
        try setWatermark(20)
        let loop = loop()
        _ = try loop.settleDue()
        #expect(try imports().count == 10)
        // Another meter took part for two hours, long before: what was settled later begins with that.
        try fixture.sql.run(
            """
            insert into energy.participation (device_id, community_id, valid_during)
            select \(second), community_id, tstzrange(to_timestamp(\(at(2) / 1_000_000)), to_timestamp(\(at(4) / 1_000_000)))
            from energy.community
            """
        )
        try fixture.addDueSpan(2, 4, "registry")
        var settings = SettlementSettings()
        settings.chunkMeterIntervals = 6
        _ = try self.loop(settings).settleDue()
        #expect(
            try fixture.texts(
                """
                select concat_ws(' ', extract(epoch from interval_start - '2016-08-01 00:00Z')::bigint / 3600, expected, received)
                from energy.interval_status order by interval_start limit 9
                """
            ) == ["2 1 1", "3 1 1", "4 0 0", "5 0 0", "6 0 0", "7 0 0", "8 0 0", "9 0 0", "10 2 2"]
        )
        #expect(try contradictions() == [])
    }

    @Test func `there need be no interval if nobody takes part in what was settled`() throws {
        try fixture.sql.run("update energy.community_rule set finality = '5 d'")
        try fixture.addReadings(device, at: [0, 4, 8])
        try setWatermark(8)
        let loop = loop()
        _ = try loop.settleDue()
        #expect(try contradictions() == [])
        try fixture.sql.run(
            "update energy.participation set valid_during = tstzrange(to_timestamp(\(at(30) / 1_000_000)), null)"
        )
        try fixture.addDueSpan(0, 30, "registry")
        _ = try loop.settleDue()
        #expect(try imports() == [])
        #expect(try contradictions() == [])
        try fixture.sql.run("update energy.participation set valid_during = tstzrange(null, null)")
        #expect(
            try contradictions() == [
                "sierra-crest: the last settled interval ends at none, but settled_until is 2016-08-01T08:00:00Z"
            ]
        )
    }

    /// What the order of the intervals contradicts.
    private func contradictions() throws -> [String] {
        var found: [String] = []
        _ = try BookVerification(fixture.sql).run(.init(contradictionLimit: 10)) {
            if $0.name == "interval-sequence" || $0.name == "interval-status" { found += $0.contradictions }
        }
        return found
    }

    @Test func `without a limit late readings change everything`() throws {
        try fixture.sql.run("update energy.community_rule set corrections = null")
        try fixture.addReadings(device, at: [0, 20])
        try setWatermark(20)
        let loop = loop()
        _ = try loop.settleDue()
        try fixture.sql.run("update energy.reading set import_wh = 200 where import_wh > 0")
        try fixture.addMark(device, at(0), at(20), receivedAt: at(200))
        _ = try loop.settleDue()
        #expect(try imports().allSatisfy { $0.hasPrefix("10:") })
        #expect(try lateSpans() == [])
    }
}
