import Foundation
import PostgresStore
import Testing

@testable import wattsource

@Suite("Lists of gaps") struct ValueGapOutputTests {
    private static let quarter: Int64 = 900_000_000

    private func gap(_ meter: String, _ from: Int64, _ slots: Int64, _ kind: ValueGap.Kind) -> ValueGap {
        let start: Int64 = 1_782_864_000_000_000 + from * Self.quarter  // 2026-07-01T00:00:00Z
        return ValueGap(
            community: "crest",
            member: meter == "m,3" ? "" : "home-01",
            hubDeviceID: meter,
            from: start,
            until: start + slots * Self.quarter,
            slots: slots,
            kind: kind
        )
    }

    private func output(_ format: ReportFormat, withEstimated: Bool = true, isEmpty: Bool = false) throws -> String {
        var report = ValueGapReport()
        report.community = "crest"
        report.communityName = "Crest"
        report.timeZone = "Europe/Vienna"
        report.from = 1_782_856_800_000_000
        report.until = report.from + 96 * Self.quarter
        report.fromLabel = "2026-07-01 00:00+02:00"
        report.untilLabel = "2026-07-02 00:00+02:00"
        if !isEmpty { report.silent = [gap("meter-9", 0, 96, .silent)] }
        var text = ""
        try ValueGapOutput(withEstimated: withEstimated, format: format).run(
            { begin, meter in
                try begin(report)
                if isEmpty { return }
                try meter([gap("meter-1", 4, 2, .missing), gap("meter-1", 6, 1, .estimated)])
                try meter([gap("m,3", 40, 1, .missing)])
            },
            style: TerminalStyle(),
            write: { text += $0 }
        )
        return text
    }

    @Test func forPeople() throws {
        #expect(
            try output(.table) == """
                Crest: what is missing or estimated
                2026-07-01 00:00+02:00 to 2026-07-02 00:00+02:00, Europe/Vienna; times below are UTC

                meter-1 (home-01): 2 intervals missing in 1 gap, 1 interval estimated in 1 gap
                  2026-07-01T01:00:00Z to 2026-07-01T01:30:00Z  missing  2 intervals
                  2026-07-01T01:30:00Z to 2026-07-01T01:45:00Z  estimated  1 interval

                m,3 (no member): 1 interval missing in 1 gap
                  2026-07-01T10:00:00Z to 2026-07-01T10:15:00Z  missing  1 interval

                silent: meter-9 (home-01) takes part, and has never said anything
                2 meters: 3 intervals missing in 2 gaps, 1 interval estimated in 1 gap

                """
        )
        #expect(try output(.table, withEstimated: false, isEmpty: true).hasSuffix("\n\nnothing is missing\n"))
    }

    @Test func csvIsTheListForAskingAgain() throws {
        #expect(
            try output(.csv) == """
                community,member,hub_device_id,from,until,slots,kind\r
                crest,home-01,meter-1,2026-07-01T01:00:00Z,2026-07-01T01:30:00Z,2,missing\r
                crest,home-01,meter-1,2026-07-01T01:30:00Z,2026-07-01T01:45:00Z,1,estimated\r
                crest,,"m,3",2026-07-01T10:00:00Z,2026-07-01T10:15:00Z,1,missing\r
                crest,home-01,meter-9,2026-07-01T00:00:00Z,2026-07-02T00:00:00Z,96,silent\r

                """
        )
    }

    @Test(arguments: [true, false]) func jsonIsOneObject(_ isEmpty: Bool) throws {
        let text = try output(.json, isEmpty: isEmpty)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let gaps = try #require(object["gaps"] as? [[String: Any]])
        #expect(gaps.map { $0["kind"] as? String } == (isEmpty ? [] : ["missing", "estimated", "missing", "silent"]))
        let totals = try #require(object["totals"] as? [String: Int])
        #expect(totals["missing_slots"] == (isEmpty ? 0 : 3))
        #expect(totals["silent_meters"] == (isEmpty ? 0 : 1))
        #expect(object["from"] as? String == "2026-06-30T22:00:00Z")
    }
}
