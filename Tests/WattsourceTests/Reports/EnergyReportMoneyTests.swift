import CommunityRegistry
import EnergySharing
import Foundation
import PostgresStore
import Testing

@testable import wattsource

@Suite("Money and carbon in reports") struct EnergyReportMoneyTests {
    private static let hour: Int64 = 3_600_000_000
    private let document = TariffDocument(
        currency: "EUR",
        tariff: Tariff(
            grid: TariffRate("0.40").map { .constant($0) },
            community: TariffRate("0.15").map { .constant($0) },
            feedIn: TariffRate("0.05").map { .constant($0) },
            carbon: TariffRate("250").map { .constant($0) }
        )
    )

    /// A row in the hour of the sample's August (place 0) or September.
    private func row(_ member: Int, hour: Int64, _ energy: EnergyBySource) -> EnergyRow {
        EnergyRow(
            start: EnergyReport.sample().from + hour * Self.hour,
            length: Self.hour,
            member: member,
            energy: energy
        )
    }

    /// 300 Wh from neighbours and 700 Wh from the grid cost 0.325 instead of 0.40; 300 Wh shared and 100 Wh of surplus earn 0.05 instead of 0.02.
    private var rows: [EnergyRow] {
        let drawn = EnergyBySource(communityWh: 300, gridWh: 700)
        let fedOut = EnergyBySource(sharedWh: 300, surplusWh: 100)
        return [
            row(0, hour: 0, drawn), row(1, hour: 0, fedOut), row(0, hour: 1, drawn), row(1, hour: 800, fedOut),
            row(0, hour: 801, drawn),
        ]
    }

    private func output(_ format: ReportFormat, _ document: TariffDocument? = nil, rows: [EnergyRow]? = nil) throws
        -> String
    {
        var text = ""
        try EnergyReportMoneyOutput(document: document ?? self.document, format: format).run(
            { begin, row in
                try begin(.sample())
                for each in rows ?? self.rows { try row(each) }
            },
            style: TerminalStyle(),
            write: { text += $0 }
        )
        return text
    }

    @Test func theTableComparesWithTheGridAlone() throws {
        let text = try output(.table)
        let golden = """
            Money and carbon, in EUR
            cost 0.98, all from the grid 1.20: saved 0.22
            earned 0.10, all fed in 0.04: gained 0.06
            CO2 0.52 kg: avoided 0.22 kg

            home     cost  grid alone  saved  earned  gained  CO2 kg  avoided kg
            ────────────────────────────────────────────────────────────────────
            home-01  0.98        1.20   0.22    0.00    0.00    0.52        0.22
            home-02  0.00        0.00   0.00    0.10    0.06    0.00        0.00
            ────────────────────────────────────────────────────────────────────
            total    0.98        1.20   0.22    0.10    0.06    0.52        0.22

            month     cost  grid alone  saved  earned  gained  CO2 kg  avoided kg
            ─────────────────────────────────────────────────────────────────────
            2016-08   0.65        0.80   0.15    0.05    0.03    0.35        0.15
            2016-09*  0.32        0.40   0.08    0.05    0.03    0.18        0.08
            ─────────────────────────────────────────────────────────────────────
            total     0.98        1.20   0.22    0.10    0.06    0.52        0.22

            Completeness
            """
        #expect(text.contains(golden))
    }

    @Test func csvHasAllDigits() throws {
        let lines = try output(.csv).components(separatedBy: "\r\n")
        #expect(
            lines[0] == EnergyReportCSV.heading.joined(separator: ",")
                + ",currency,cost,cost_from_grid_alone,saved,earned,earned_from_feed_in_alone,gained,co2_g,co2_avoided_g,"
                + "values_without_cost,values_without_earnings,values_without_co2"
        )
        let zero = "0.000000000"
        // In order of time, then member; the amounts of two equal rows.
        #expect(
            Array(lines.dropFirst()) == [
                "crest,home-01,2016-08,2016-08-01T07:00:00Z,2016-09-01T07:00:00Z,2000,600,1400,0,0,0,2,final,EUR,"
                    + "0.650000000,0.800000000,0.150000000,\(zero),\(zero),\(zero),350.000000000,150.000000000,0,0,0",
                "crest,home-02,2016-08,2016-08-01T07:00:00Z,2016-09-01T07:00:00Z,0,0,0,400,300,100,1,final,EUR,"
                    + "\(zero),\(zero),\(zero),0.050000000,0.020000000,0.030000000,\(zero),\(zero),0,0,0",
                "crest,home-01,2016-09,2016-09-01T07:00:00Z,2016-10-01T07:00:00Z,1000,300,700,0,0,0,1,provisional,EUR,"
                    + "0.325000000,0.400000000,0.075000000,\(zero),\(zero),\(zero),175.000000000,75.000000000,0,0,0",
                "crest,home-02,2016-09,2016-09-01T07:00:00Z,2016-10-01T07:00:00Z,0,0,0,400,300,100,1,provisional,EUR,"
                    + "\(zero),\(zero),\(zero),0.050000000,0.020000000,0.030000000,\(zero),\(zero),0,0,0",
                "",
            ]
        )
    }

    @Test func jsonIsTheReportAndMoney() throws {
        for rows in [rows, []] {
            let text = try output(.json, rows: rows)
            let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            #expect(object["community"] as? String == "crest")
            let lines = try #require(object["member_periods"] as? [[String: Any]])
            #expect(lines.count == (rows.isEmpty ? 0 : 4))
            let money = try #require(object["money"] as? [String: Any])
            #expect(money["currency"] as? String == "EUR")
            let totals = try #require(money["totals"] as? [String: Any])
            #expect(totals["saved"] as? String == (rows.isEmpty ? "0.000000000" : "0.225000000"))
            #expect((money["members"] as? [[String: Any]])?.count == 2)
            #expect((money["periods"] as? [[String: Any]])?.map { $0["period"] as? String } == ["2016-08", "2016-09"])
        }
        let lines = try #require(
            (try JSONSerialization.jsonObject(with: Data(try output(.json).utf8)) as? [String: Any])?["member_periods"]
                as? [[String: Any]]
        )
        #expect(lines[2]["cost"] as? String == "0.325000000")
        #expect(lines[2]["import_wh"] as? Int == 1000)
        #expect(lines[2]["values_without_cost"] as? Int == 0)
    }

    @Test func whatLacksAPriceIsSaid() throws {
        var lacking = document
        // No price in the first hour, no price between neighbours, no carbon at all.
        lacking.tariff.grid = RateSeries(
            from: EnergyReport.sample().from + Self.hour,
            step: Self.hour,
            rates: Array(repeating: TariffRate("0.40"), count: 2000)
        ).map { .series($0) }
        lacking.tariff.carbon = nil
        let text = try output(.table, lacking)
        #expect(text.contains("\nno price of what was drawn for 1 value: not in cost and saved\n"))
        #expect(text.contains("\ncost 0.65, all from the grid 0.80: saved 0.15\n"))
        #expect(!text.contains("CO2"))
        lacking.tariff.community = nil
        let without = try output(.table, lacking)
        #expect(without.contains("\nno price of what was drawn for 3 values: not in cost and saved\n"))
        #expect(without.contains("\nno price of what was fed out for 2 values: not in earned and gained\n"))
        // What the tariff does not speak of is empty.
        let record = try output(.csv, lacking).components(separatedBy: "\r\n")[1]
        #expect(record.hasSuffix(",\(MoneyText.exact(TariffAmount<Money>())),,,2,0,"))
    }

    @Test func aZoneThatIsNotKnownIsNamed() throws {
        var report = EnergyReport.sample()
        report.timeZone = "Nowhere/Land"
        #expect(throws: CommandFailure.self) {
            try EnergyReportMoneyOutput(document: document, format: .csv).run(
                { begin, _ in try begin(report) },
                style: TerminalStyle(),
                write: { _ in }
            )
        }
    }

    @Test func amountsAsPeopleReadThem() {
        #expect(MoneyText.short(TariffAmount<Money>(nano: 1_234_567_885_000_000)) == "1,234,567.88")
        #expect(MoneyText.short(TariffAmount<Money>(nano: -1_234_567_895_000_000)) == "-1,234,567.90")
        #expect(MoneyText.short(TariffAmount<Money>(nano: -4_000_000)) == "0.00")
        #expect(MoneyText.short(TariffAmount<Carbon>(nano: 12_345_678_900_000), exponent: 3) == "12.35")
        #expect(MoneyText.exact(TariffAmount<Money>(nano: -1)) == "-0.000000001")
    }

    @Test func theExampleTariffIsReadable() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let example = root.appendingPathComponent("deploy/examples/sierra-crest-tariff.yaml").path
        let document = try EnergyReportMoneyOutput.document(example)
        #expect(document.currency == "USD")
        let tariff = try #require(document.tariff(inZone: "America/Los_Angeles"))
        // The first line of the data: 2016-08-01T07:00:00Z, 0.22, 170.7.
        let rates = tariff.rates(at: EnergyReport.sample().from, length: Self.hour)
        #expect(rates.grid == TariffRate("0.22"))
        #expect(rates.carbon == TariffRate("170.7"))
        #expect(throws: CommandFailure.self) { try EnergyReportMoneyOutput.document(example + ".not") }
    }
}
