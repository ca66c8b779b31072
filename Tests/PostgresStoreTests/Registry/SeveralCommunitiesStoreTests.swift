import CommunityRegistry
import EnergySharing
import PostgresStore
import Testing

/// Meters in several communities, and whose intervals a change makes due again.
@Suite(.needsPostgres) struct SeveralCommunitiesStoreTests {
    let fixture: RegistryFixture

    init() throws { fixture = try RegistryFixture() }

    private func at(_ hours: Int) -> Int64 { RegistryFixture.start + Int64(hours) * RegistryFixture.hour }

    /// The fixture's community, and two more in which `meter-1` takes part too.
    private func document(_ first: Int, _ second: Int, until: Int? = nil) -> RegistryDocument {
        var document = RegistryFixture.document(homes: 2)
        let rules = document.communities[0].rules
        for code in ["a-plant", "b-plant"] {
            document.communities.append(RegistryCommunity(code: code, name: code, timeZone: "UTC", rules: rules))
        }
        document.communities.sort { $0.code < $1.code }
        document.communities[2].members[0].devices[0].participations = [
            RegistryParticipation(community: "a-plant", from: at(2), until: until.map(at), participationPPM: first),
            RegistryParticipation(community: "b-plant", from: at(4), until: at(6), participationPPM: second),
            RegistryParticipation(community: "sierra-crest", from: at(0), participationPPM: 500_000, sharePPM: 100_000),
        ]
        return document
    }

    /// The due spans with their communities, in hours since the start.
    private func due() throws -> [String] {
        let rows = try fixture.connection.query(
            """
            select c.code, (extract(epoch from from_at - '2016-08-01 00:00+00') / 3600)::integer,
                   case when until_at = 'infinity' then -1
                        else (extract(epoch from until_at - '2016-08-01 00:00+00') / 3600)::integer end
            from energy.due_span join energy.community c using (community_id) order by c.code, from_at
            """
        )
        return (0..<rows.rowCount).map { row in (0..<3).map { rows.text(row, $0) ?? "" }.joined(separator: " ") }
    }

    @Test func `parts in several communities come back as they were applied`() throws {
        let document = document(300_000, 200_000)
        try fixture.apply(document)
        #expect(try fixture.store.export().document == document)
        #expect(try fixture.apply(document).changes.isEmpty)
    }

    @Test func `parts that are too large together with what the file does not name are refused by name`() throws {
        try fixture.apply(document(300_000, 200_000))
        var other = RegistryFixture.document(homes: 1)
        other.communities[0].members[0].devices[0].participations[0].participationPPM = 500_001
        #expect {
            try fixture.apply(other)
        } throws: {
            "\($0)".contains(
                "device meter-1, participation[1], participation_ppm: the parts of a device must sum to 1000000 at most, "
                    + "sum to 1000001 from 2016-08-01T04:00:00Z on: a-plant 300000, b-plant 200000, sierra-crest 500001"
            )
        }
    }

    @Test func `another factor or span makes the other communities of the meter due, within what changed`() throws {
        try fixture.apply(document(300_000, 200_000))
        try fixture.pretendSettled(from: at(0), until: at(10))
        try fixture.apply(document(300_000, 100_000))
        #expect(try due() == ["a-plant 4 6", "b-plant 4 6", "sierra-crest 4 6"])
        try fixture.connection.run("delete from energy.due_span")
        try fixture.apply(document(300_000, 100_000, until: 5))
        #expect(try due() == ["a-plant 5 -1", "b-plant 5 6", "sierra-crest 5 -1"])
    }

    @Test func `a plan says of every span how much is due, whose, and by whose participation`() throws {
        try fixture.apply(document(300_000, 200_000))
        try fixture.pretendSettled(from: at(0), until: at(10))
        try fixture.connection.run(
            "update energy.interval_status set state = 'corrected' where interval_start = '2016-08-01 05:00+00'"
        )
        let wanted = document(300_000, 100_000)
        let planned = try fixture.store.plan(wanted, prune: false, now: RegistryFixture.now)
        let span = "from 2016-08-01T04:00:00Z to 2016-08-01T06:00:00Z (1 final)"
        #expect(
            planned.dueAgain.map(\.description) == [
                "2 settled intervals of a-plant, \(span); 1 meter of 1 member: sierra-crest/home-01; "
                    + "by the participation of sierra-crest/home-01",
                "2 settled intervals of b-plant, \(span); 1 meter of 1 member: sierra-crest/home-01; "
                    + "by the participation of sierra-crest/home-01",
                "2 settled intervals of sierra-crest, \(span); 2 meters of 2 members: home-01, home-02; "
                    + "by the participation of home-01",
            ]
        )
        #expect(try fixture.apply(wanted).dueAgain == planned.dueAgain)
    }

    @Test func `what retention has sealed is told, by the kinds of meters that a community has`() throws {
        try fixture.apply(document(300_000, 200_000))
        try fixture.pretendSettled(from: at(0), until: at(60))
        // Two days after the oldest readings of registers: the first 50 hours. Nobody has a meter of intervals.
        try fixture.connection.run(
            "insert into energy.sealed values ('reading', '2016-08-01 02:00+00'), ('interval_reading', '2017-01-01 00:00+00')"
        )
        var wanted = document(300_000, 100_000)
        wanted.communities[2].rules[0].sharing.key = .equal
        let plan = try fixture.apply(wanted)
        #expect(plan.dueAgain.map(\.intervals) == [0, 0, 10])
        #expect(plan.dueAgain.map(\.sealed) == [2, 2, 50])
        #expect(plan.dueAgain[0].description.hasPrefix("nothing of a-plant, from 2016-08-01T04:00:00Z"))
        #expect(
            plan.dueAgain[2].span
                == CommunitySpan(
                    community: "sierra-crest",
                    span: TimeSpan(from: at(50), until: at(60))
                )
        )
    }

    @Test func `the settlement of the other communities is locked too`() throws {
        try fixture.apply(document(300_000, 200_000))
        let settlement = try fixture.database.connect()
        try settlement.run(
            """
            begin; select from energy.community_settlement s join energy.community c using (community_id) where c.code = 'a-plant'
            for update of s
            """
        )
        #expect {
            try fixture.apply(document(300_000, 100_000))
        } throws: {
            ($0 as? RegistryStoreFailure)?.kind == .busy
        }
        settlement.rollback()
        #expect(try fixture.apply(document(300_000, 100_000)).changes.count == 1)
    }

    @Test func `corrections and grace make nothing due, finality does`() throws {
        var document = RegistryFixture.document()
        try fixture.apply(document)
        try fixture.pretendSettled(from: at(0), until: at(10))
        document.communities[0].rules[0].corrections = 60 * 86_400_000_000
        document.communities[0].rules[0].grace = 0
        #expect(try fixture.apply(document).changes.count == 1)
        #expect(try fixture.dueSpans() == [])
        document.communities[0].rules[0].finality = .monthly(day: 5, second: 6 * 3600)
        try fixture.apply(document)
        #expect(try fixture.dueSpans() == ["-inf inf registry"])
        let rules = try fixture.connection.query(
            "select final_day, final_time, corrections, finality from energy.community_rule"
        )
        #expect((0..<4).map { rules.text(0, $0) } == ["5", "06:00:00", "1440:00:00", "864:00:00"])
    }
}
