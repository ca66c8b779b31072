import Testing

@testable import EnergySharing

@Suite("Rates of intervals")
struct RateSourceTests {
    private static let hour: Int64 = 3_600_000_000
    private static func rate(_ micro: Int64) -> TariffRate<Money> { TariffRate(microPerKWh: micro) }

    /// Day rate on workdays from 06:00 to 22:00, else night rate; in a week of July weekends are cheaper still.
    private static func table(_ zone: ZoneOffsets) throws -> RateSource<Money> {
        let workdays: Set<Weekday> = [.monday, .tuesday, .wednesday, .thursday, .friday]
        return .timeOfUse(
            TimeOfUse(
                zone: zone,
                windows: [
                    try #require(
                        TimeOfUseWindow(
                            rate(10),
                            on: [.saturday, .sunday],
                            firstDay: CivilDay(year: 2026, month: 7, day: 1),
                            lastDay: CivilDay(year: 2026, month: 7, day: 7)
                        )
                    ),
                    try #require(TimeOfUseWindow(rate(40), on: workdays, fromMinute: 360, untilMinute: 1_320)),
                ],
                otherwise: rate(20)
            )
        )
    }

    @Test(
        "by the local clock, the weekday and the date",
        arguments: [
            ("2026-01-05T04:45Z", 20), ("2026-01-05T05:00Z", 40), ("2026-01-05T20:45Z", 40), ("2026-01-05T21:00Z", 20),
            ("2026-01-04T12:00Z", 20), ("2026-07-06T04:00Z", 40), ("2026-07-04T12:00Z", 10), ("2026-07-03T22:00Z", 10),
            ("2026-07-03T21:45Z", 20), ("2026-07-11T12:00Z", 20), ("2026-06-28T12:00Z", 20),
        ]
    )
    func timeOfUse(_ instant: String, _ expected: Int64) throws {
        #expect(
            try Self.table(Zones.berlin).rate(at: Zones.at(instant), length: 900_000_000) == Self.rate(expected)
        )
    }

    @Test("a window over midnight belongs to the day on which it begins")
    func overMidnight() throws {
        let day = try #require(CivilDay(year: 2026, month: 7, day: 3))
        let window = try #require(
            TimeOfUseWindow(
                Self.rate(1),
                on: [.friday],
                fromMinute: 1_320,
                untilMinute: 360,
                firstDay: day,
                lastDay: day
            )
        )
        let source = RateSource.timeOfUse(TimeOfUse(zone: .utc, windows: [window], otherwise: nil))
        func known(_ instant: String) -> Bool { source.rate(at: Zones.at(instant), length: 900_000_000) != nil }
        #expect(known("2026-07-03T22:00Z") && known("2026-07-04T05:45Z"))
        #expect(!known("2026-07-03T21:45Z") && !known("2026-07-04T06:00Z"))
        #expect(!known("2026-07-03T05:45Z") && !known("2026-07-10T22:00Z") && !known("2026-07-04T22:00Z"))
    }

    @Test("the hour that is there twice has its rate twice, the missing one has none")
    func clockChanges() throws {
        let window = try #require(TimeOfUseWindow(Self.rate(7), fromMinute: 120, untilMinute: 180))
        let source = RateSource.timeOfUse(TimeOfUse(zone: Zones.berlin, windows: [window], otherwise: Self.rate(1)))
        func quarters(_ from: String, _ until: String) -> Int {
            stride(from: Zones.at(from), to: Zones.at(until), by: 900_000_000)
                .count { source.rate(at: $0, length: 900_000_000) == Self.rate(7) }
        }
        #expect(quarters("2026-10-24T22:00Z", "2026-10-25T23:00Z") == 8)
        #expect(quarters("2026-03-28T23:00Z", "2026-03-29T22:00Z") == 0)
        #expect(quarters("2026-03-29T22:00Z", "2026-03-30T22:00Z") == 4)
    }

    @Test("an interval in which the rate changes has the mean of its quarter-hours, half to even")
    func mean() throws {
        let series = try #require(
            RateSeries(
                from: 0,
                step: 900_000_000,
                rates: ([1, 2, 3, 4, nil, 6, 6, 6] as [Int64?]).map { $0.map(Self.rate) }
            )
        )
        let source = RateSource.series(series)
        #expect(source.rate(at: 0, length: Self.hour) == Self.rate(2))  // 2.5
        #expect(source.rate(at: 900_000_000, length: 1_800_000_000) == Self.rate(2))  // 2.5
        #expect(source.rate(at: 1_800_000_000, length: 1_800_000_000) == Self.rate(4))  // 3.5
        #expect(source.rate(at: Self.hour, length: Self.hour) == nil)
        #expect(source.rate(at: 2 * Self.hour, length: 900_000_000) == nil)
        #expect(source.rate(at: -900_000_000, length: 900_000_000) == nil)
        // 22:00 in Kolkata is 16:30 UTC: the UTC hour from 16:00 is half day rate, half night rate.
        let india = try Self.table(Zones.kolkata)
        #expect(india.rate(at: Zones.at("2026-01-05T16:00Z"), length: Self.hour) == Self.rate(30))
        #expect(RateSource.constant(Self.rate(5)).rate(at: 17, length: Self.hour) == Self.rate(5))
    }

    @Test("windows and series that make no sense are not made")
    func refused() {
        #expect(TimeOfUseWindow(Self.rate(1), on: []) == nil)
        #expect(TimeOfUseWindow(Self.rate(1), fromMinute: 1_440) == nil)
        #expect(TimeOfUseWindow(Self.rate(1), fromMinute: 10) == nil)
        #expect(TimeOfUseWindow(Self.rate(1), untilMinute: 0) == nil)
        #expect(RateSeries(from: 0, step: 60_000_000, rates: [Self.rate(1)]) == nil)
        #expect(RateSeries(from: 1, step: 900_000_000, rates: [Self.rate(1)]) == nil)
    }
}
