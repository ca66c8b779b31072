import CommunityRegistry
import Testing

@Suite struct InstantTextTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2016-08-01T00:00:00Z", 1_470_009_600_000_000),
        ("2016-08-01T02:00:00+02:00", 1_470_009_600_000_000), ("2016-07-31 17:00-07:00", 1_470_009_600_000_000),
        ("2000-02-29T23:59:59.5Z", 951_868_799_500_000), ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
    ])
    func `reads instants`(text: String, micros: Int64) {
        #expect(InstantText.parse(text) == micros)
    }

    @Test(arguments: [
        "", "2016-08-01", "2016-08-01T00:00:00", "2016-02-30T00:00:00Z", "2100-02-29T00:00:00Z", "2016-13-01T00:00:00Z",
        "2016-08-01T24:00:00Z", "2016-08-01T00:60:00Z", "2016-08-01T00:00:60Z", "2016-08-01T00:00:00Zx",
        "16-08-01T00:00Z",
        "2016-08-01T00:00:00.Z", "2016-08-01T00:00:00+0200", "1969-12-31T00:00:00Z",
    ])
    func `refuses what is none`(text: String) {
        #expect(InstantText.parse(text) == nil)
    }

    @Test func `writes what it reads, for random instants`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<5_000 {
            let instant = Int64.random(in: 0..<253_402_300_800_000_000, using: &generator)
            #expect(InstantText.parse(InstantText.format(instant)) == instant)
        }
        #expect(InstantText.format(1_470_009_600_000_000) == "2016-08-01T00:00:00Z")
    }
}

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("2h", 7_200), ("15m", 900), ("35d", 3_024_000), ("90s", 90), ("1d12h", 129_600), ("0s", 0), ("PT2H", 7_200),
        ("P35D", 3_024_000), ("P1DT12H30M5S", 131_405), ("PT0S", 0),
    ])
    func `reads durations`(text: String, seconds: Int64) {
        #expect(DurationText.parse(text) == seconds * 1_000_000)
    }

    @Test(arguments: [
        "", "2", "h", "2 h", "-2h", "2h1d", "1h1h", "1.5h", "P", "PT", "P2H", "P1M", "P1Y", "PT1D", "2H", "Pt2h",
        "P1DT",
        "4000d", "99999999999999999999d",
    ])
    func `refuses what is none`(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(arguments: [("2h", "PT2H"), ("1d12h", "36h"), ("1m30s", "90s"), ("0s", "PT0M")])
    func `writes the shortest exact form`(expected: String, text: String) throws {
        #expect(DurationText.format(try #require(DurationText.parse(text))) == expected)
    }
}

@Suite struct TimeZoneNamesTests {
    @Test(arguments: ["UTC", "Europe/Vienna", "America/Los_Angeles", "America/Argentina/Buenos_Aires"])
    func `knows the zones of the world`(name: String) {
        #expect(TimeZoneNames.isKnown(name))
    }

    @Test(arguments: [
        "", "Europe", "Europe/Wien", "../etc/passwd", "Europe//Vienna", "tzdata.zi", "posix/UTC", "PST+8:00",
    ])
    func `knows nothing else`(name: String) {
        #expect(!TimeZoneNames.isKnown(name))
    }
}
