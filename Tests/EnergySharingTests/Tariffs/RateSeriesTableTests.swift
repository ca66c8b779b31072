import EnergySharing
import Testing

@Suite("Rate series in files")
struct RateSeriesTableTests {
    private static func read(_ text: String, per unit: TariffRateUnit = .kilowattHour) throws -> RateSeries<Money> {
        try RateSeries.read(Array(text.utf8), timeColumn: "time", valueColumn: "price", per: unit)
    }

    @Test("lines in any order, other columns, gaps, the step from the times")
    func series() throws {
        let series = try Self.read(
            "zone,time,price\nDE,2026-01-01T00:45Z,0.3\nDE,2026-01-01T00:00Z,0.1\nDE,2026-01-01T00:15Z,\n"
        )
        #expect(series.from == Zones.at("2026-01-01T00:00Z"))
        #expect(series.step == 900_000_000)
        #expect(series.rates.map { $0?.microPerKWh } == [100_000, nil, nil, 300_000])
        #expect(
            try Self.read("time,price\n2026-01-01T00:00Z,41.25\n", per: .megawattHour).rates == [
                TariffRate(microPerKWh: 41_250)
            ]
        )
    }

    @Test(
        "faults name their lines",
        arguments: [
            ("time,cost\n", 1, "no column price"), ("", 0, "no rates"), ("time,price\n2026-01-01,1\n", 2, "no instant"),
            ("time,price\n2026-01-01T00:00Z,x\n", 2, "decimal number"), ("time,price\n1\n", 2, "1 fields"),
            ("time,price\n2026-01-01T00:00Z,1\n2026-01-01T00:00Z,1\n", 3, "line 2"),
            ("time,price\n2026-01-01T00:00Z,1\n2026-01-01T00:15Z,1\n2026-01-01T00:35Z,1\n", 4, "grid of 15"),
            ("time,price\n2026-01-01T00:00Z,1\n2026-01-01T00:05Z,1\n", 0, "300 s"),
            ("time,price\n2026-01-01T00:00Z,1\n9026-01-01T00:00Z,1\n", 3, "hundred years"),
        ]
    )
    func faults(_ text: String, _ line: Int, _ words: String) throws {
        let faults = try #require(throws: TableFaults.self) { try Self.read(text) }
        #expect(faults.faults.first?.line == line)
        #expect(faults.description.contains(words))
    }

    @Test("no more than twenty faults are collected")
    func many() throws {
        let text = "time,price\n" + String(repeating: "x,y\n", count: 1_000)
        let faults = try #require(throws: TableFaults.self) { try Self.read(text) }
        #expect(faults.faults.count == 20)
        #expect(faults.description.hasSuffix("and perhaps more"))
    }
}
