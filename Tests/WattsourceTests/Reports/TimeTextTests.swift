import PostgresStore
import Testing

@testable import wattsource

@Suite("Times on the command line and in reports") struct TimeTextTests {
    @Test func instantsKeepTheirFraction() {
        #expect(TimeText.utc(1_470_009_600_000_000) == "2016-08-01T00:00:00Z")
        #expect(TimeText.utc(1_470_009_600_000_042) == "2016-08-01T00:00:00.000042Z")
        #expect(TimeText.utc(-1) == "1969-12-31T23:59:59.999999Z")
        #expect(TimeText.seconds(nil) == "-")
    }

    @Test(
        arguments: [
            (0, "0 s"), (59_999_999, "59 s"), (60_000_000, "1 min"), (3_599_000_000, "59 min 59 s"),
            (7_200_000_000, "2 h"),
            (100_800_000_000, "1 d 4 h"), (-5, "0 s"),
        ] as [(Int64, String)]
    )
    func durationsHaveTwoUnits(_ duration: Int64, _ text: String) { #expect(TimeText.duration(duration) == text) }

    @Test(
        arguments: [
            ("2016-08-01T07:00:00Z", 1_470_034_800_000_000), ("2016-08-01t00:00:00-07:00", 1_470_034_800_000_000),
            ("2016-08-01 12:30:00+05:30", 1_470_034_800_000_000),
            ("2016-08-01T07:00:00.000001z", 1_470_034_800_000_001),
            ("2016-08-01T07:00:00.5Z", 1_470_034_800_500_000),
        ] as [(String, Int64)]
    )
    func readsRFC3339(_ text: String, _ instant: Int64) {
        let time = TimeArgument(argument: text)
        #expect(time?.bound == .instant(instant))
        #expect(time?.instantInUTC == instant)
    }

    @Test func aDateIsALocalDayOrMidnightInUTC() {
        let time = TimeArgument(argument: "2016-02-29")
        #expect(time?.bound == .localDate(year: 2016, month: 2, day: 29))
        #expect(time?.instantInUTC == 1_456_704_000_000_000)
    }

    @Test(arguments: [
        "", "2016", "2016-02-30", "2017-02-29", "2016-13-01", "0000-01-01", "2016-08-01T07:00:00", "2016-08-01T07:00Z",
        "2016-08-01T24:00:00Z", "2016-08-01T07:60:00Z", "2016-08-01T07:00:00.Z", "2016-08-01T07:00:00.1234567Z",
        "2016-08-01T07:00:00+0700", "2016-08-01T07:00:00Zx", "2016-08-01x", "٢٠١٦-٠٨-٠١", "yesterday",
    ])
    func refusesAnythingElse(_ text: String) { #expect(TimeArgument(argument: text) == nil) }
}
