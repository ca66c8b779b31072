import EnergySharing
import Testing

@Suite("Local time")
struct ZoneOffsetsTests {
    private static func day(_ year: Int, _ month: Int, _ day: Int) throws -> CivilDay {
        try #require(CivilDay(year: year, month: month, day: day))
    }

    @Test("the clock in Berlin goes from 01:59 to 03:00, and shows 02:30 twice in autumn")
    func berlin() throws {
        let zone = Zones.berlin
        #expect(zone.local(at: Zones.at("2026-03-29T00:59Z")).minuteOfDay == 119)
        #expect(zone.local(at: Zones.at("2026-03-29T01:00Z")).minuteOfDay == 180)
        for instant in ["2026-10-25T00:30Z", "2026-10-25T01:30Z"] {
            #expect(zone.local(at: Zones.at(instant)) == LocalTime(day: try Self.day(2026, 10, 25), minuteOfDay: 150))
        }
        // Before the table begins, its first offset holds.
        #expect(zone.local(at: Zones.at("2020-07-01T00:00Z")).minuteOfDay == 60)
    }

    @Test("half-hours, and days before 1970")
    func halfHours() throws {
        #expect(
            Zones.kolkata.local(at: Zones.at("1969-12-31T20:00Z"))
                == LocalTime(day: try Self.day(1970, 1, 1), minuteOfDay: 90)
        )
        #expect(
            Zones.kolkata.local(at: Zones.at("1969-12-31T18:29Z"))
                == LocalTime(day: try Self.day(1969, 12, 31), minuteOfDay: 1_439)
        )
    }

    @Test("days in Berlin have 92, 96 and 100 quarter-hours (2026-03-29, 2026-03-30, 2026-10-25)")
    func quarters() throws {
        func quarters(_ month: Int, _ day: Int) throws -> Int64 {
            let date = try Self.day(2026, month, day)
            let next = CivilDay(daysSince1970: date.daysSince1970 + 1)
            return (Zones.berlin.start(of: next) - Zones.berlin.start(of: date)) / 900_000_000
        }
        #expect(try quarters(3, 29) == 92)
        #expect(try quarters(3, 30) == 96)
        #expect(try quarters(10, 25) == 100)
        #expect(Zones.berlin.start(of: try Self.day(2026, 3, 29)) == Zones.at("2026-03-28T23:00Z"))
        #expect(Zones.berlin.start(of: try Self.day(2026, 10, 25)) == Zones.at("2026-10-24T22:00Z"))
    }

    @Test("a day without a midnight begins when the clocks change, one with two at the first")
    func midnights() throws {
        #expect(Zones.havana.start(of: try Self.day(2026, 3, 8)) == Zones.at("2026-03-08T05:00Z"))
        #expect(Zones.havana.local(at: Zones.at("2026-03-08T05:00Z")).minuteOfDay == 60)
        #expect(Zones.havana.start(of: try Self.day(2026, 11, 1)) == Zones.at("2026-11-01T04:00Z"))
    }
}
