import PostgresStore
import Testing

@testable import wattsource

@Suite("EnergyReportTable") struct EnergyReportTableTests {
    @Test func aCommunitysReport() {
        let lines = EnergyReportTable(report: .sample(), style: TerminalStyle()).lines()
        let golden = #"""
            Sierra\u{1b}[2J Crest: where the energy came from
            community crest, 2 members, sharing key static, then proportional
            2016-08-01 00:00-07:00 to 2016-10-01 00:00-07:00, America/Los_Angeles

            imported 1,200,000 Wh             1,200.0 kWh
              from the community 250,000 Wh     250.0 kWh    20.8 % of imported
              from the grid 950,000 Wh          950.0 kWh    79.2 % of imported
            exported 400,000 Wh                 400.0 kWh
              shared 250,000 Wh                 250.0 kWh    62.5 % of exported
              surplus 150,000 Wh                150.0 kWh    37.5 % of exported

            Imported by month   █ community  ░ grid
            2016-08  █████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 1,000.0 kWh  25.0%
            2016-09* ░░░░░░░░░░                                             200.0 kWh   0.0%

            Exported by month   █ shared  ░ surplus
            2016-08                                                           0.0 kWh      -
            2016-09* ██████████████████████████████████░░░░░░░░░░░░░░░░░░░░ 400.0 kWh  62.5%
            * provisional: may still change

            By home, in Wh
            home      imported  community     %     grid  exported   shared  surplus
            ────────────────────────────────────────────────────────────────────────
            home-01  1,000,000    250,000  25.0  750,000         0        0        0
            home-02    200,000          0   0.0  200,000   400,000  250,000  150,000
            ────────────────────────────────────────────────────────────────────────
            total    1,200,000    250,000  20.8  950,000   400,000  250,000  150,000

            By month, in Wh
            month      imported  community     %     grid  exported   shared  surplus
            ─────────────────────────────────────────────────────────────────────────
            2016-08   1,000,000    250,000  25.0  750,000         0        0        0
            2016-09*    200,000          0   0.0  200,000   400,000  250,000  150,000
            ─────────────────────────────────────────────────────────────────────────
            total     1,200,000    250,000  20.8  950,000   400,000  250,000  150,000

            Completeness
            1,464 intervals settled: 744 final, 719 provisional, 1 corrected
            some meter of the community is missing in 3 intervals
            missing: meter-2 (home-02) in 3 intervals
            missing: meter-9 (home-02), no reading of it yet

            Ledger of all that was consumed
            records 2,929: skipped 0, refused 1
            readings 2,928: accepted 2,926, duplicate 1, replaced 0, superseded 0, rejected 1
            dead letters by reason: bad_json 1, out_of_range 1
            """#
        #expect(lines.joined(separator: "\n") == golden)
    }

    @Test func aMembersReportNamesTheMemberAndOmitsWhatIsEmpty() {
        var report = EnergyReport.sample()
        report.member = .init(code: "home-01", name: "Home 01")
        report.meters.removeLast()
        report.periods.removeLast()
        report.totals.exportWh = 0
        report.missingMeters = []
        report.intervals = .init(final: 744, unsettled: 7_200_000_000)
        let lines = EnergyReportTable(report: report, style: TerminalStyle()).lines()
        #expect(lines[0] == #"Home 01, Sierra\u{1b}[2J Crest: where the energy came from"#)
        #expect(lines[1] == "member home-01 of community crest, 1 meter, sharing key static, then proportional")
        #expect(!lines.contains { $0.hasPrefix("Exported") || $0.hasPrefix("By") })
        #expect(lines.contains("not settled: 2 h of the span"))
        #expect(!lines.contains("no meter is missing in any interval"))
    }

    @Test(arguments: [40, 60, 80, 132]) func noLineOfChartsAndTablesIsWiderThanTheTerminal(_ width: Int) {
        let report = EnergyReport.sample()
        let chart = EnergyReportTable(report: report, style: TerminalStyle(width: width)).lines()
            .filter { $0.contains("kWh ") && ($0.contains("█") || $0.contains("░")) }
        #expect(chart.count == 3)
        #expect(chart.allSatisfy { TerminalText.width($0) == width })
    }

    @Test func whereWattHoursDoNotFitKilowattHoursAreShown() {
        let lines = EnergyReportTable(report: .sample(), style: TerminalStyle(width: 64)).lines()
        #expect(lines.contains("By home, in kWh"))
        #expect(lines.contains("total     1,200.0     250.0 20.8 950.0    400.0  250.0   150.0"))
    }

    @Test func barsKeepTheirProportions() {
        let cells = { (first: Int64, whole: Int64, largest: Int64) in
            let cells = SplitChart.cells(
                of: .init(label: "", first: first, whole: whole),
                largest: largest,
                available: 40
            )
            return [cells.first, cells.second]
        }
        #expect(cells(0, 0, 0) == [0, 0])
        #expect(cells(0, 0, 100) == [0, 0])
        #expect(cells(100, 100, 100) == [40, 0])
        #expect(cells(25, 100, 100) == [10, 30])
        #expect(cells(25, 50, 100) == [10, 10])
        #expect(cells(.max, .max, .max) == [40, 0])
    }
}
