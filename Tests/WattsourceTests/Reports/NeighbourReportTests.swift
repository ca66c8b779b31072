import ArgumentParser
import Foundation
import PostgresStore
import Testing

@testable import wattsource

@Suite("Who gave whom") struct NeighbourReportTests {
    /// Of the sample report: home-02 gave 250,000 Wh, of which home-01 got all but 50,000.
    private static func sample(_ member: String? = nil) -> (report: EnergyReport, neighbours: NeighbourReport) {
        var report = EnergyReport.sample()
        report.totals = EnergySums(communityWh: 250_000, sharedWh: 250_000)
        let one = NeighbourReport.Party(member: report.members[0].member)
        let two = NeighbourReport.Party(member: report.members[1].member, home: "lodge")
        var neighbours = NeighbourReport(detail: .member, parties: [one, two], subjects: [0, 1])
        neighbours.flows = [
            .init(from: 1, to: 0, wh: 200_000, isOwn: false), .init(from: 1, to: 1, wh: 50_000, isOwn: true),
        ]
        if let member {
            report.member = report.members.map(\.member).first { $0.code == member }
            report.meters = [report.meters[0]]
        }
        return (report, neighbours)
    }

    private static func lines(_ sample: (report: EnergyReport, neighbours: NeighbourReport)) -> String {
        NeighbourTable(sample.report, sample.neighbours, style: TerminalStyle()).lines().joined(separator: "\n")
    }

    @Test func tableOfACommunity() {
        #expect(
            Self.lines(Self.sample()) == """
                Sierra\\u{1b}[2J Crest: from whom, and to whom
                community crest, 2 members, sharing key static, then proportional
                2016-08-01 00:00-07:00 to 2016-10-01 00:00-07:00, America/Los_Angeles

                from the community 250,000 Wh, 50,000 Wh of it own energy that came back

                To home-01, from
                member              Wh      %
                ─────────────────────────────
                lodge/home-02  200,000  100.0
                ─────────────────────────────
                total          200,000

                To lodge/home-02, from
                member                   Wh      %
                ──────────────────────────────────
                lodge/home-02 (own)  50,000  100.0
                ──────────────────────────────────
                total                50,000

                From lodge/home-02, to
                member                    Wh     %
                ──────────────────────────────────
                home-01              200,000  80.0
                lodge/home-02 (own)   50,000  20.0
                ──────────────────────────────────
                total                250,000

                some of it is provisional: it may still change
                """
        )
    }

    @Test func aCommunitysManyNeighboursAreGathered() {
        var (report, neighbours) = Self.sample()
        neighbours.parties = (0..<13).map { .init(member: .init(code: "home-\($0)", name: ""), hubDeviceID: "m\($0)") }
        neighbours.subjects = Array(0..<13)
        neighbours.detail = .meter
        neighbours.flows = (1..<13).map { .init(from: $0, to: 0, wh: Int64($0), isOwn: false) }
        let text = Self.lines((report, neighbours))
        #expect(text.contains("meter        Wh     %\n"))
        #expect(text.contains("home-12 m12  12  15.4\n"))
        #expect(text.contains("home-3 m3     3   3.8\n2 others      3   3.8\n"))
        // Of one member all are shown.
        report.member = report.members[0].member
        neighbours.subjects = [0]
        let member = Self.lines((report, neighbours))
        #expect(member.contains("home-1 m1     1   1.3\n"))
        #expect(!member.contains("other"))
        #expect(member.contains("shared 250,000 Wh"))
    }

    @Test func csvHasARecordPerPair() {
        let sample = Self.sample()
        #expect(
            NeighbourCSV.text(sample.report, sample.neighbours) == """
                community,from,until,to_member,to_meter,from_member,from_meter,own,wh\r
                crest,2016-08-01T07:00:00Z,2016-10-01T07:00:00Z,home-01,,lodge/home-02,,false,200000\r
                crest,2016-08-01T07:00:00Z,2016-10-01T07:00:00Z,lodge/home-02,,lodge/home-02,,true,50000\r

                """
        )
    }

    @Test func jsonIsOneObject() throws {
        let sample = Self.sample("home-02")
        let text = NeighbourJSON.value(sample.report, sample.neighbours).text
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(
            Set(object.keys) == [
                "community", "name", "time_zone", "member", "from", "until", "by", "community_wh", "shared_wh",
                "own_wh",
                "provisional", "flows",
            ]
        )
        #expect(object["own_wh"] as? Int == 50_000)
        #expect((object["member"] as? [String: String])?["member"] == "home-02")
        let flows = try #require(object["flows"] as? [[String: Any]])
        #expect(flows.map { $0["wh"] as? Int } == [200_000, 50_000])
        #expect(flows.map { $0["own"] as? Bool } == [false, true])
        let from = try #require(flows[0]["from"] as? [String: Any])
        #expect(from["community"] as? String == "lodge" && from["member"] as? String == "home-02")
        #expect(from["meter"] is NSNull)
    }

    @Test func optionsThatDoNotGoTogether() {
        #expect(throws: (any Error).self) {
            try ReportCommand.parse(["--community", "crest", "--by-neighbour", "--by", "day"])
        }
        #expect(throws: (any Error).self) { try ReportCommand.parse(["--community", "crest", "--meters"]) }
        #expect(throws: Never.self) { try ReportCommand.parse(["--community", "crest", "--by-neighbour", "--meters"]) }
    }
}
