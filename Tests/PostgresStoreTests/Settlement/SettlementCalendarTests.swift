import EnergySharing
import PostgresStore
import Settlement
import Testing

/// What settlement takes from PostgreSQL's zone data and from profiles by the hour.
@Suite(.needsPostgres) struct SettlementCalendarTests {
    private let fixture: SettlementFixture
    private static let hour = SettlementFixture.hour

    init() throws { fixture = try SettlementFixture() }

    private func instant(_ text: String) throws -> Int64 {
        try #require(try fixture.sql.query("select \(PostgresTimestamp.sql("'\(text)'::timestamptz"))").int64(0, 0))
    }

    private func at(_ hours: Double) -> Int64 { SettlementFixture.at(hours) }

    /// When an interval becomes final that begins at an instant in a zone, by a day and a time of day in hours.
    private func finalAt(_ start: String, _ zone: String, day: Int32, _ hours: Double) throws -> Int64 {
        try fixture.sql.run("update energy.community set time_zone = '\(zone)'")
        let start = try instant(start)
        _ = try #require(try fixture.store.claim(dueBy: .max, community: "sierra-crest"))
        defer { fixture.store.abandon() }
        let calendar = try fixture.store.finalityCalendar(
            day: day,
            time: Int64(hours * Double(Self.hour)),
            from: start,
            until: start + Self.hour
        )
        return calendar.finalAt(start: start, end: start + Self.hour)
    }

    @Test(arguments: [
        // The clocks went forward on March 29: March is final at 06:00+02:00.
        ("2026-03-31 23:45+02", "Europe/Vienna", 5, 6.0, "2026-04-05 06:00+02"),
        ("2026-03-01 00:00+01", "Europe/Vienna", 5, 6.0, "2026-04-05 06:00+02"),
        ("2026-02-28 23:59+01", "Europe/Vienna", 5, 6.0, "2026-03-05 06:00+01"),
        ("2026-10-31 23:00+01", "Europe/Vienna", 28, 0.0, "2026-11-28 00:00+01"),
        // A day that does not have this time: PostgreSQL takes the offset before the change.
        ("2026-02-10 00:00+01", "Europe/Vienna", 28, 24.0, "2026-03-29 00:00+01"),
        ("2026-03-31 23:30+05:30", "Asia/Kolkata", 1, 0.5, "2026-04-01 00:30+05:30"),
        ("2026-04-01 00:00+05:30", "Asia/Kolkata", 1, 0.5, "2026-05-01 00:30+05:30"),
        // Half an hour of summer time, which ends on April 5 at 02:00+11.
        ("2026-03-31 23:45+11", "Australia/Lord_Howe", 6, 6.0, "2026-04-06 06:00+10:30"),
        ("2026-03-31 23:45+11", "Australia/Lord_Howe", 5, 1.0, "2026-04-05 01:00+11"),
        // November 1 begins twice in Havana: at 01:00 the clocks go back over midnight.
        ("2026-11-01 00:30-04", "America/Havana", 5, 6.0, "2026-12-05 06:00-05"),
        ("2026-11-01 00:30-05", "America/Havana", 5, 6.0, "2026-12-05 06:00-05"),
        ("2026-10-31 23:30-04", "America/Havana", 5, 6.0, "2026-11-05 06:00-05"),
        ("2026-12-31 23:00+00", "UTC", 15, 12.0, "2027-01-15 12:00+00"),
    ])
    func `a local month's intervals become final on a day of the next month`(
        start: String,
        zone: String,
        day: Int32,
        hours: Double,
        expected: String
    ) throws {
        #expect(try finalAt(start, zone, day: day, hours) == (try instant(expected)))
    }

    @Test func `terms tell the calendar and the time for corrections, and intervals have them`() throws {
        try fixture.sql.run(
            "update energy.community_rule set final_day = 5, final_time = '06:00', corrections = '60 d', grace = '0 h'"
        )
        try fixture.addReadings(try fixture.device(1), at: [0, 1, 2, 8])
        let rule = try #require(try fixture.store.claim(dueBy: .max, community: nil)).terms.rules[0]
        fixture.store.abandon()
        #expect(rule.finality == .calendar(day: 5, time: 6 * Self.hour))
        #expect(rule.corrections == 60 * 24 * Self.hour)
        let loop = SettlementLoop(
            store: PostgresSettlementStore(conninfo: fixture.registry.database.url, partitionWidth: .month),
            settings: SettlementSettings()
        ) { _ in }
        try loop.settleThroughLastReading()
        // It is July in Los Angeles until 07:00Z.
        #expect(
            try fixture.texts(
                "select distinct final_at at time zone 'UTC' from energy.interval_status order by 1"
            ) == ["2016-08-05 13:00:00", "2016-09-05 13:00:00"]
        )
        #expect(
            try fixture.texts(
                "select count(*) from energy.interval_status where final_at < '2016-09-01'"
            ) == ["7"]
        )
    }

    // MARK: Shares by the hour

    private func addProfile(_ device: Int32, from: Double, _ shares: [Int32]) throws {
        _ = try fixture.sql.query(
            """
            insert into energy.share_profile (community_id, device_id, valid_during, shares, source)
            select community_id, $1, tstzrange($2, $3), $4, 'test' from energy.community
            """,
            [
                .int32(device), .timestamp(at(from)), .timestamp(at(from + Double(shares.count))),
                .int32Array(shares),
            ]
        )
    }

    private func community() throws -> Int32 {
        try #require(try fixture.sql.query("select community_id from energy.community").int32(0, 0))
    }

    @Test func `of each profile the hours of a span are read`() throws {
        let (one, two) = (try fixture.device(1), try fixture.device(2))
        try addProfile(one, from: 0.25, [1, 2, 3, 4, 5])
        try addProfile(two, from: 0.25, [10, 20, 30, 40, 50])
        try addProfile(two, from: 5.25, [7])
        let community = try community()
        let slices = { (from: Double, until: Double) in
            try fixture.store.hourlyShares(ofCommunity: community, from: at(from), until: at(until))
        }
        #expect(try slices(0, 0.25) == [] && slices(6.25, 7) == [])
        #expect(
            try slices(0, 2) == [ShareSlice(from: at(0.25), count: 2, shares: [one: [1, 2], two: [10, 20]])]
        )
        #expect(
            try slices(2.25, 3.25) == [ShareSlice(from: at(2.25), count: 1, shares: [one: [3], two: [30]])]
        )
        #expect(
            try slices(4, 100) == [
                ShareSlice(from: at(3.25), count: 2, shares: [one: [4, 5], two: [40, 50]]),
                ShareSlice(from: at(5.25), count: 1, shares: [two: [7]]),
            ]
        )
        #expect(throws: PostgresError.self) { try addProfile(one, from: 50, [1, -1]) }
    }

    @Test func `a span is settled with the shares of its hours`() throws {
        let devices = try (1...3).map { try fixture.device($0) }
        // The first feeds out 1,000 Wh an hour, the others draw as much; each has a share of a tenth.
        try fixture.sql.run(
            """
            select energy.ensure_partition('reading', date '2016-08-01', 'month');
            insert into energy.reading (device_id, measured_at, received_at, import_wh, export_wh, quality)
            select d, t, t, case when d = \(devices[0]) then 0 else 1000 * n end, case when d = \(devices[0]) then 1000 * n else 0 end, 'M'
            from generate_series(0, 4) n cross join unnest('{\(devices.map(String.init).joined(separator: ","))}'::integer[]) d
            cross join lateral (select to_timestamp(1470009600 + n * 3600) as t) x
            """
        )
        try addProfile(devices[1], from: 1, [300_000, 0])
        let loop = SettlementLoop(
            store: PostgresSettlementStore(conninfo: fixture.registry.database.url, partitionWidth: .month),
            settings: SettlementSettings()
        ) { _ in }
        try loop.settleThroughLastReading()
        let split = {
            try fixture.texts(
                """
                select string_agg(community_wh::text, ' ' order by device_id) from energy.current_attribution
                group by interval_start order by interval_start
                """
            )
        }
        #expect(try split() == ["0 100 100", "0 300 0", "0 0 0", "0 100 100"])
        // A key without fixed shares minds no profile.
        try fixture.sql.run("update energy.community_rule set sharing_key = 'proportional'")
        try loop.settleAgain(community: "sierra-crest", from: .min, until: .max)
        #expect(try split() == [String](repeating: "0 500 500", count: 4))
    }
}
