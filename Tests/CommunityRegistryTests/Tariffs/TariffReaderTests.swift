import CommunityRegistry
import EnergySharing
import Testing

@Suite("TariffReader") struct TariffReaderTests {
    private static let prices = """
        start,eur_per_mwh,g
        2026-07-01T00:00:00Z,213.4,160
        2026-07-01T01:00:00Z,-41.25,

        """

    private func read(_ text: String) throws(RegistryFaults) -> TariffDocument {
        try TariffReader(file: "t.yaml") { $0 == "prices.csv" ? Array(Self.prices.utf8) : nil }.read(text)
    }

    private func faults(_ text: String) -> [String] {
        do throws(RegistryFaults) {
            _ = try read(text)
            return []
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }

    /// An instant in microseconds; the hour of a day of July 2026, in UTC.
    private func july(_ day: Int64, _ hour: Int64, _ minute: Int64 = 0) -> Int64 {
        // 2026-07-01T00:00:00Z
        (1_782_864_000 + (day - 1) * 86_400 + hour * 3600 + minute * 60) * 1_000_000
    }

    @Test func numbersTablesAndFiles() throws {
        let document = try read(
            """
            currency: EUR
            grid_price: { file: prices.csv, time: start, column: eur_per_mwh, per: MWh }
            community_price: 0.15
            feed_in_price:
              windows:
                - { rate: 0.11, weekdays: [mon, tuesday, wed, thu, fri], from: 16:00, to: "21:00" }
                - { rate: 0.05, from: 22:00, to: 06:00, first_day: 2026-07-02, last_day: 2026-07-02 }
              otherwise: 0.07
            carbon: { file: prices.csv, time: start, column: g }
            """
        )
        #expect(document.currency == "EUR")
        let vienna = try #require(document.tariff(inZone: "Europe/Vienna"))
        let hour: Int64 = 3_600_000_000
        let first = vienna.rates(at: july(1, 0), length: hour)
        #expect(first.grid == TariffRate("0.2134"))
        #expect(first.community == TariffRate("0.15"))
        #expect(first.carbon == TariffRate("160"))
        let second = vienna.rates(at: july(1, 1), length: hour)
        #expect(second.grid == TariffRate("-0.04125"))
        #expect(second.carbon == nil)
        // Summer time: 16:00 in Vienna is 14:00Z. 2026-07-01 is a Wednesday, 2026-07-04 a Saturday.
        #expect(vienna.feedIn?.rate(at: july(1, 14), length: hour) == TariffRate("0.11"))
        #expect(vienna.feedIn?.rate(at: july(1, 13), length: hour) == TariffRate("0.07"))
        #expect(vienna.feedIn?.rate(at: july(4, 14), length: hour) == TariffRate("0.07"))
        // A window over midnight belongs to the day on which it begins.
        #expect(vienna.feedIn?.rate(at: july(1, 21), length: hour) == TariffRate("0.07"))
        #expect(vienna.feedIn?.rate(at: july(2, 21), length: hour) == TariffRate("0.05"))
        #expect(vienna.feedIn?.rate(at: july(3, 3), length: hour) == TariffRate("0.05"))
        #expect(vienna.feedIn?.rate(at: july(3, 4), length: hour) == TariffRate("0.07"))
        // In a zone half an hour off the hour, 16:00 is 10:30Z.
        let kolkata = try #require(document.tariff(inZone: "Asia/Kolkata"))
        #expect(kolkata.feedIn?.rate(at: july(1, 10, 15), length: hour / 4) == TariffRate("0.07"))
        #expect(kolkata.feedIn?.rate(at: july(1, 10, 30), length: hour / 4) == TariffRate("0.11"))
        #expect(kolkata.feedIn?.rate(at: july(1, 10), length: hour) == TariffRate("0.09"))
        #expect(document.tariff(inZone: "Nowhere/Land") == nil)
    }

    @Test func partsMayBeLeftOut() throws {
        let document = try read("currency: USD\ncarbon: 160.5\n")
        #expect(document.tariff == Tariff(carbon: .constant(TariffRate(microPerKWh: 160_500_000))))
        // Without `otherwise` no rate is known outside of the windows.
        let evening = try read("currency: USD\ngrid_price: { windows: [{ rate: 0.3, from: 18:00, to: 00:00 }] }\n")
        let utc = try #require(evening.tariff(inZone: "UTC"))
        #expect(utc.grid?.rate(at: july(1, 23), length: 3_600_000_000) == TariffRate("0.3"))
        #expect(utc.grid?.rate(at: july(1, 17), length: 3_600_000_000) == nil)
    }

    @Test(
        arguments: [
            (
                "currency: EUR",
                ["t.yaml:1:1: has neither prices nor carbon: give grid_price, community_price, feed_in_price, carbon"]
            ),
            ("grid_price: 1", ["t.yaml:1:1: currency: is missing"]),
            (
                "currency: euro\ncarbon: 1",
                ["t.yaml:1:11: currency: must be a currency's code of three letters, like EUR, is 'euro'"]
            ),
            (
                "currency: EUR\ngrid_prise: 1\ncarbon: 1",
                ["t.yaml:2:1: grid_prise: unknown key: did you mean 'grid_price'?"]
            ),
            (
                "currency: EUR\ngrid_price: 0.2134567",
                ["t.yaml:2:13: grid_price: must be a decimal number per kWh with at most 6 places, is '0.2134567'"]
            ),
            (
                "currency: EUR\ngrid_price: 1e3",
                ["t.yaml:2:13: grid_price: must be a decimal number per kWh with at most 6 places, is '1e3'"]
            ),
            (
                "currency: EUR\ngrid_price: { file: prices.csv, time: start, per: kwh }",
                [
                    "t.yaml:2:13: grid_price.column: is missing",
                    "t.yaml:2:51: grid_price.per: must be 'kWh' or 'MWh', is 'kwh'",
                ]
            ),
            (
                "currency: EUR\ngrid_price: { file: no.csv, time: start, column: x }",
                [
                    "t.yaml:2:21: grid_price.file: cannot read no.csv: is it there, beside the tariff file, and may this user read it?"
                ]
            ),
            (
                "currency: EUR\ngrid_price: { file: prices.csv, time: start, column: x }",
                ["t.yaml:2:21: grid_price.file: prices.csv: line 1: the header has no column x"]
            ),
            (
                "currency: EUR\ngrid_price: { file: prices.csv, time: start, column: g, windows: [] }",
                ["t.yaml:2:66: grid_price.windows: does not go with a file"]
            ),
            (
                "currency: EUR\ngrid_price:\n  windows:\n    - { rate: 1, form: 06:00 }\n    - { from: 06:10, to: 25:00 }",
                [
                    "t.yaml:4:18: grid_price.windows[0].form: unknown key: did you mean 'from'?",
                    "t.yaml:5:7: grid_price.windows[1].rate: is missing",
                ]
            ),
            (
                """
                currency: EUR
                carbon:
                  windows:
                    - { rate: 1, from: 06:10, to: 25:00, weekdays: [mo] }
                    - { rate: 1, from: 24:00, weekdays: [], first_day: 2026-02-30 }
                    - { rate: 1, first_day: 2026-07-02, last_day: 2026-07-01 }
                """,
                [
                    "t.yaml:4:24: carbon.windows[0].from: must be a quarter-hour of the day like 06:00 or 21:45, is '06:10'",
                    "t.yaml:4:35: carbon.windows[0].to: must be a quarter-hour of the day like 06:00 or 24:00, is '25:00'",
                    "t.yaml:4:53: carbon.windows[0].weekdays[0]: must be a weekday: mon, tue, wed, thu, fri, sat or sun",
                    "t.yaml:5:24: carbon.windows[1].from: must be before 24:00",
                    "t.yaml:5:41: carbon.windows[1].weekdays: must name at least one weekday",
                    "t.yaml:5:56: carbon.windows[1].first_day: must be a date like 2026-06-01, is '2026-02-30'",
                    "t.yaml:6:51: carbon.windows[2].last_day: is before first_day",
                ]
            ),
        ]
    )
    func faultsHaveTheirPlace(_ text: String, _ expected: [String]) {
        #expect(faults(text) == expected)
    }

    @Test func brokenYAML() {
        #expect(faults("currency: [").first?.contains("is not YAML") == true)
        #expect(faults("- a").first?.contains("must be a mapping with the keys currency") == true)
    }
}
