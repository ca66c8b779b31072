import CommunityRegistry
import EnergySharing
import PostgresStore
import Settlement
import Testing

/// What is odd about settled days is a function of what is settled: whenever it was looked at, in whatever order it came.
@Suite(.needsPostgres) struct SettledDaysTests {
    private let fixture: SettlementFixture
    private let devices: [Int32]
    private static let hours = 32 * 24
    private static let hour = SettlementFixture.hour

    init() throws {
        let fixture = try SettlementFixture()
        self.fixture = fixture
        devices = try (1...3).map { try fixture.device($0) }
    }

    /// The start is midnight UTC, 17:00 the day before in Los Angeles: local days begin 7 hours later.
    private func at(_ hours: Int) -> Int64 { SettlementFixture.at(Double(hours)) }

    /// Import registers at the hours, of one meter.
    private func imports(_ change: (Int) -> Int64 = { _ in 300 }) -> [Int64] {
        var total: Int64 = 1_000_000
        return (0...Self.hours).map { hour in
            if hour > 0 { total += change(hour - 1) }
            return total
        }
    }

    private func store(_ device: Int32, _ values: [Int64], at hours: [Int]) throws {
        _ = try fixture.sql.query(
            """
            select energy.ensure_partition('reading', day, 'month')
            from (select distinct (t at time zone 'UTC')::date as day from unnest($1::timestamptz[]) t) days
            """,
            [.timestampArray(hours.map { at($0) })]
        )
        _ = try fixture.sql.query(
            """
            insert into energy.reading (device_id, measured_at, received_at, import_wh, export_wh, quality)
            select $1, t, t, i, e, 'M' from unnest($2::timestamptz[], $3::bigint[], $4::bigint[]) as g (t, i, e)
            """,
            [
                .int32(device), .timestampArray(hours.map { at($0) }), .int64Array(hours.map { values[$0] }),
                .int64Array(hours.map { Int64(2 * $0) }),
            ]
        )
    }

    private func literal(_ hour: Int) -> String { "to_timestamp(\(at(hour) / 1_000_000))" }

    private func settle(_ change: (inout SettlementSettings) -> Void = { _ in })
        throws
    {
        var settings = SettlementSettings()
        change(&settings)
        let loop = SettlementLoop(
            store: PostgresSettlementStore(conninfo: fixture.registry.database.url, partitionWidth: .month),
            settings: settings
        ) { _ in }
        try loop.settleThroughLastReading()
    }

    private func found() throws -> [String] {
        try fixture.texts(
            """
            select concat_ws(' ', hub_device_id, a.kind, (extract(epoch from from_at) - 1470009600)::bigint / 3600,
                             (extract(epoch from to_at) - 1470009600)::bigint / 3600)
            from energy.anomaly a join energy.device using (device_id) order by hub_device_id, from_at, a.kind
            """
        )
    }

    /// A spike in an hour, a high day, a standstill, a register that breaks; a meter without anything odd.
    private func oddMeters() -> [[Int64]] {
        let first = imports { hour in hour == 500 ? 5_000 : (hour - 7) / 24 == 25 ? 2_000 : 300 }
        var second = imports { hour in (300..<340).contains(hour) ? 0 : 300 }
        for index in second.indices where index >= 600 { second[index] -= 1_167_000 }
        return [first, second, imports()]
    }

    @Test func `odd days are found, by the days of the zone`() throws {
        for (device, values) in zip(devices, oddMeters()) { try store(device, values, at: Array(0...Self.hours)) }
        try settle()
        let found = try found()
        #expect(found.filter { $0.hasPrefix("meter-1 ") && !$0.contains("spike") } == ["meter-1 high_low 607 631"])
        #expect(found.contains("meter-1 spike 500 501"))
        // The 2,000 Wh an hour of that day are less than the spike in the week before it.
        #expect(found.filter { $0.hasPrefix("meter-1 spike") }.count == 1)
        #expect(
            found.filter { $0.hasPrefix("meter-2") } == [
                "meter-2 zero_run 300 324", "meter-2 high_low 319 343", "meter-2 sum_check 583 607",
                "meter-2 reset 599 600",
            ]
        )
        #expect(found.filter { $0.hasPrefix("meter-3") } == [])
        #expect(try fixture.texts("select count(*) from energy.plausibility_due where day < '2016-09-01'") == ["0"])
    }

    @Test(arguments: 0..<6)
    func `whatever the order in which readings come and days are looked at, it ends like looking once`(seed: Int) throws
    {
        var random = SeededGenerator(seed: UInt64(seed))
        let meters = oddMeters()
        // Some hours come late; the hours of a few days come first of all, without what was before.
        var arrivals: [(device: Int, hour: Int, place: Int)] = []
        for device in meters.indices {
            for hour in 0...Self.hours {
                let isLate = Int.random(in: 0..<12, using: &random) == 0
                arrivals.append((device, hour, hour + (isLate ? Int.random(in: 0..<700, using: &random) : 0)))
            }
        }
        arrivals.sort { ($0.place, $0.device, $0.hour) < ($1.place, $1.device, $1.hour) }
        var rest = arrivals[...]
        while !rest.isEmpty {
            let part = rest.prefix(Int.random(in: 200...900, using: &random))
            rest = rest.dropFirst(part.count)
            for device in meters.indices {
                let hours = part.filter { $0.device == device }.map(\.hour)
                if hours.isEmpty { continue }
                try store(devices[device], meters[device], at: hours)
                // Generously, what these touch.
                for hour in hours { try fixture.addMark(devices[device], at(hour - 200), at(hour + 200)) }
            }
            try settle {
                $0.chunkMeterIntervals = Int.random(in: 60...5_000, using: &random)
            }
        }
        let arrived = try found()
        try fixture.sql.run(
            """
            delete from energy.anomaly;
            insert into energy.due_span select community_id, '-infinity', 'infinity', 'requested' from energy.community
            """
        )
        try settle()
        #expect(try found() == arrived)
        #expect(arrived.count == 6)
    }

    @Test func `what is not odd any more goes, what somebody resolved stays, and a rule that is off finds nothing`()
        throws
    {
        for (device, values) in zip(devices, oddMeters()) { try store(device, values, at: Array(0...Self.hours)) }
        try settle()
        try fixture.sql.run(
            "update energy.anomaly set resolution = 'accept', resolved_at = now() where kind in ('high_low', 'sum_check')"
        )
        try fixture.sql.run(
            "insert into energy.due_span select community_id, '-infinity', 'infinity', 'requested' from energy.community"
        )
        try settle { $0.plausibility.spike = nil }
        #expect(
            try found() == [
                "meter-1 high_low 607 631", "meter-2 zero_run 300 324", "meter-2 high_low 319 343",
                "meter-2 sum_check 583 607",
                "meter-2 reset 599 600",
            ]
        )
    }

    @Test func `a day is looked at once it is settled as a whole, and once only`() throws {
        let values = imports { $0 == 500 ? 5_000 : 300 }
        try store(devices[0], values, at: Array(0...502))
        try settle()
        #expect(try found() == [])
        // 502 hours end on August 21, 15:00 in Los Angeles.
        #expect(try fixture.texts("select day from energy.plausibility_due") == ["2016-08-21"])
        try store(devices[0], values, at: Array(503...530))
        try settle()
        #expect(try found() == ["meter-1 spike 500 501"])
        #expect(try fixture.texts("select day from energy.plausibility_due") == ["2016-08-22"])
        let store = fixture.store
        #expect(try store.claimDays(context: 15, influence: 14) == nil)
        store.close()
    }

    @Test func `a meter is looked at in its member's community, and a factor that changes is nothing odd`() throws {
        for (device, values) in zip(devices, oddMeters()) { try store(device, values, at: Array(0...Self.hours)) }
        try fixture.sql.run(
            """
            insert into energy.community (code, name, time_zone) values ('other', 'Other', 'UTC');
            insert into energy.member (community_id, code, name) select community_id, 'm', 'M' from energy.community where code = 'other';
            update energy.device set member_id = (select max(member_id) from energy.member) where device_id = \(devices[0]);
            update energy.participation set participation_ppm = 500000 where device_id = \(devices[1]);
            update energy.participation set valid_during = tstzrange(lower(valid_during), \(literal(200))) where device_id = \(devices[2]);
            insert into energy.participation (device_id, community_id, valid_during, participation_ppm)
            select \(devices[2]), community_id, during, ppm
            from energy.community cross join (values
                (tstzrange(\(literal(200)), \(literal(450))), 120000), (tstzrange(\(literal(450)), \(literal(500))), 99999),
                (tstzrange(\(literal(500)), null), 1000000)) as v (during, ppm)
            where code = 'sierra-crest'
            """
        )
        try settle()
        #expect(
            try found() == ["meter-2 zero_run 300 324", "meter-2 high_low 319 343", "meter-2 reset 599 600"]
        )
    }
}
