import EnergySharing
import PostgresStore
import Testing

@Suite("NeighbourQuery", .needsPostgres)
struct NeighbourQueryTests {
    private typealias Party = NeighbourReport.Party
    private typealias Flow = NeighbourReport.Flow

    private static func home(_ number: Int, _ meter: String? = nil) -> Party {
        Party(member: .init(code: "home-0\(number)", name: "Home 0\(number)"), hubDeviceID: meter)
    }

    private static func report(
        _ fixture: BooksFixture,
        _ member: String? = nil,
        by detail: NeighbourReport.Detail = .member
    ) throws -> NeighbourReport {
        let request = EnergyReportRequest(community: "crest", member: member, neighbours: detail)
        return try #require(try EnergyReportQuery(fixture.sql).report(request).neighbours)
    }

    @Test func aCommunityOfAProducerAndAConsumer() throws {
        let fixture = try BooksFixture()
        let report = try Self.report(fixture)
        #expect(report.parties == [Self.home(1), Self.home(2), Self.home(3)])
        #expect(report.subjects == [0, 1, 2])
        #expect(report.flows == [Flow(from: 0, to: 1, wh: 10 * 168, isOwn: false)])
        #expect(report.sources(of: 1) == report.flows && report.sinks(of: 0) == report.flows)
        #expect(report.sources(of: 0).isEmpty)
    }

    @Test func oneMemberHasItsOwnFlowsOnly() throws {
        let fixture = try BooksFixture()
        let two = try Self.report(fixture, "home-02", by: .meter)
        #expect(two.parties == (1...3).map { Self.home($0, "meter-\($0)") })
        #expect(two.subjects == [1])
        #expect(two.flows == [Flow(from: 0, to: 1, wh: 10 * 168, isOwn: false)])
        #expect(try Self.report(fixture, "home-03").flows.isEmpty)
        let plain = try EnergyReportQuery(fixture.sql).report(EnergyReportRequest(community: "crest"))
        #expect(plain.neighbours == nil)
    }

    @Test func ownEnergyThatCameBackIsTold() throws {
        let fixture = try BooksFixture()
        // meter-2 is now a second meter of home-01.
        try fixture.sql.run("update energy.device set member_id = 1 where device_id = 2")
        #expect(try Self.report(fixture).flows == [Flow(from: 0, to: 0, wh: 10 * 168, isOwn: true)])
        let meters = try Self.report(fixture, "home-01", by: .meter)
        #expect(meters.parties == [Self.home(1, "meter-1"), Self.home(1, "meter-2"), Self.home(3, "meter-3")])
        #expect(meters.subjects == [0, 1])
        #expect(meters.flows == [Flow(from: 0, to: 1, wh: 10 * 168, isOwn: true)])
    }

    @Test func whoseMeterItIsMayBeNobodysOrAnotherCommunitys() throws {
        let fixture = try BooksFixture()
        try fixture.sql.run(
            """
            insert into energy.community (code, name, time_zone) values ('lodge', 'Lodge', 'UTC');
            insert into energy.member (community_id, code, name) values (2, 'home-02', 'Two at the lodge');
            update energy.device set member_id = 4 where device_id = 2;
            update energy.device set member_id = null where device_id = 1
            """
        )
        let report = try Self.report(fixture)
        #expect(
            report.parties == [
                Party(member: .init(code: "home-02", name: "Two at the lodge"), home: "lodge"), Self.home(3),
                Party(member: .init(code: "", name: "")),
            ]
        )
        #expect(report.flows == [Flow(from: 2, to: 0, wh: 10 * 168, isOwn: false)])
    }

    @Test func aMembersFlowsAreThoseOfAllItsCommunities() throws {
        let fixture = try BooksFixture()
        try fixture.sql.run(
            """
            insert into energy.community (code, name, time_zone) values ('lodge', 'Lodge', 'UTC');
            insert into energy.participation (device_id, community_id, valid_during) values (2, 2, '[2016-01-01Z,)'), (3, 2, '[2016-01-01Z,)');
            insert into energy.interval_status (community_id, interval_start, interval_end, final_at, expected, received, state)
            values (2, '2016-11-01Z', '2016-11-01T01:00Z', '2016-12-01Z', 2, 2, 'final');
            insert into energy.attribution (interval_start, import_wh, community_wh, grid_wh, export_wh, shared_wh, surplus_wh, community_id,
                    device_id, quality)
            values ('2016-11-01Z', 9, 7, 2, 0, 0, 0, 2, 2, 'M'), ('2016-11-01Z', 0, 0, 0, 8, 7, 1, 2, 3, 'M')
            """
        )
        let two = try Self.report(fixture, "home-02")
        #expect(two.parties == [Self.home(1), Self.home(2), Self.home(3)])
        #expect(
            two.flows == [Flow(from: 0, to: 1, wh: 10 * 168, isOwn: false), Flow(from: 2, to: 1, wh: 7, isOwn: false)]
        )
        // Of the community only its own.
        #expect(try Self.report(fixture).flows == [Flow(from: 0, to: 1, wh: 10 * 168, isOwn: false)])
    }

    @Test func rowsThatContradictEachOtherAreAFault() throws {
        let fixture = try BooksFixture()
        try fixture.sql.run(
            """
            update energy.attribution set community_wh = community_wh - 1, grid_wh = grid_wh + 1
            where device_id = 2 and interval_start = '2016-11-01T05:00Z'
            """
        )
        let fault = StoredContradiction(
            "community crest, interval 2016-11-01T05:00:00Z: consumers got 9 Wh from the community, but producers gave 10 Wh to it; "
                + "wattsource verify shows what else is wrong"
        )
        #expect(throws: fault) { try Self.report(fixture) }
        #expect(throws: fault) { try Self.report(fixture, "home-03") }
    }

    /// A community of meters, of which some have the same member, over intervals that were split by a random rule.
    private struct RandomBooks {
        let sql: PostgresConnection
        let database: TestDatabase
        var splits: [SharingResult] = []
        /// In tie order: `B-…` before `a-…`.
        let meters = ["B-1", "B-2", "a-1", "a-10", "a-2", "c-3", "z-9"]
        let members: [Int?] = [1, 2, 1, 3, nil, 2, 3]

        init(_ generator: inout SeededGenerator) throws {
            database = try TestDatabase.migrated()
            sql = try database.connect()
            try sql.run(
                """
                insert into energy.community (code, name, time_zone) values ('crest', 'Crest', 'UTC');
                insert into energy.member (community_id, code, name) select 1, 'home-0' || n, 'Home 0' || n from generate_series(1, 3) n;
                select energy.ensure_partition('attribution', '2016-11-01', 'month')
                """
            )
            // Not in tie order in the database.
            for place in meters.indices.reversed() {
                let member = members[place].map { "\($0)" } ?? "null"
                try sql.run(
                    "insert into energy.device (hub_device_id, member_id) values ('\(meters[place])', \(member))"
                )
            }
            for interval in 0..<40 {
                let split = EnergySplit.split(
                    meters.map { _ in
                        SharingMember(
                            needWh: Int64.random(in: 0..<3_000, using: &generator),
                            offerWh: Bool.random(using: &generator) ? 0 : Int64.random(in: 0..<4_000, using: &generator)
                        )
                    },
                    by: SharingRule()
                )
                splits.append(split)
                try store(split, interval)
            }
        }

        private func store(_ split: SharingResult, _ interval: Int) throws {
            let start = "timestamptz '2016-11-01Z' + \(interval) * interval '15 minutes'"
            try sql.run(
                """
                insert into energy.interval_status (community_id, interval_start, interval_end, final_at, expected, received, state, revision)
                values (1, \(start), \(start) + interval '15 minutes', '2017-01-01Z', 7, 7, 'corrected', 1)
                """
            )
            for place in meters.indices {
                let (got, gave) = (split.communityWh[place], split.sharedWh[place])
                try sql.run(
                    """
                    insert into energy.attribution (interval_start, import_wh, community_wh, grid_wh, export_wh, shared_wh, surplus_wh,
                            community_id, device_id, revision, quality)
                    select \(start), \(got) + r, \(got), r, \(gave), \(gave), 0, 1, device_id, r, 'M'
                    from energy.device, generate_series(0, 1) r where hub_device_id = '\(meters[place])'
                    """
                )
            }
        }

        /// All flows by the definition: `[from][to]`, meter by meter.
        func flows() throws -> [[Int64]] {
            var result = [[Int64]](repeating: [Int64](repeating: 0, count: meters.count), count: meters.count)
            var flows = NeighbourFlows()
            for split in splits {
                try flows.divide(communityWh: split.communityWh, sharedWh: split.sharedWh) { result[$1][$0] += $2 }
            }
            return result
        }
    }

    @Test(
        "of random intervals every pair is right, and all sums are the attribution's",
        arguments: 0..<2 as Range<UInt64>
    )
    func random(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let books = try RandomBooks(&generator)
        let expected = try books.flows()
        for (member, detail) in [(nil, .member), (nil, .meter), ("home-01", .meter), ("home-02", .member)]
            as [(String?, NeighbourReport.Detail)]
        {
            let request = EnergyReportRequest(community: "crest", member: member, neighbours: detail)
            let report = try EnergyReportQuery(books.sql).report(request)
            let found = try #require(report.neighbours)
            /// The meters of a party.
            func meters(_ party: Int) -> [Int] {
                let party = found.parties[party]
                if let name = party.hubDeviceID { return books.meters.indices.filter { books.meters[$0] == name } }
                let number = party.member.code.isEmpty ? nil : Int(party.member.code.suffix(1))
                return books.meters.indices.filter { books.members[$0] == number }
            }
            #expect(found.subjects.count == (member == nil ? found.parties.count : detail == .meter ? 2 : 1))
            for to in found.parties.indices {
                for from in found.parties.indices {
                    let isWanted = found.subjects.contains(to) || found.subjects.contains(from)
                    let wh = meters(from).reduce(0) { sum, from in
                        meters(to).reduce(sum) { $0 + expected[from][$1] }
                    }
                    let flow = found.flows.first { $0.from == from && $0.to == to }
                    #expect(flow?.wh ?? 0 == (isWanted ? wh : 0))
                    let isSame = books.members[meters(from)[0]] == books.members[meters(to)[0]]
                    if let flow { #expect(flow.isOwn == isSame) }
                }
            }
            let subjects = Set(found.subjects)
            #expect(found.flows.reduce(0) { $0 + (subjects.contains($1.to) ? $1.wh : 0) } == report.totals.communityWh)
            #expect(found.flows.reduce(0) { $0 + (subjects.contains($1.from) ? $1.wh : 0) } == report.totals.sharedWh)
        }
    }
}
