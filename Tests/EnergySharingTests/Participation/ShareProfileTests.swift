import EnergySharing
import Testing

@Suite("Share profiles")
struct ShareProfileTests {
    private static let hour: Int64 = 3_600_000_000

    @Test("an interval has the shares of the hour in which it begins; outside of the span it has none")
    func span() throws {
        let from = Zones.at("2026-01-01T00:00Z")
        let profile = try ShareProfile(from: from, shares: ["b": [600_000, 0, 1], "a": [400_000, 1_000_000, 2]])
        #expect(profile.devices == ["a", "b"])
        #expect(profile.row(of: "a") == 0 && profile.row(of: "b") == 1 && profile.row(of: "c") == nil)
        for (quarter, shares) in [(0, 400_000), (3, 400_000), (4, 1_000_000), (7, 1_000_000), (11, 2)] {
            let hour = try #require(profile.hour(at: from + Int64(quarter) * 900_000_000))
            #expect(profile.sharePPM(row: 0, hour: hour) == Int64(shares))
        }
        #expect(profile.hour(at: from - 900_000_000) == nil && profile.hour(at: from + 3 * Self.hour) == nil)
    }

    @Test(
        "RD 244/2019: a year has 8,760 hours in Central European time, a leap year 8,784, whatever the clocks do"
    )
    func year() throws {
        let ordinary = try #require(ShareProfile.year(2026, in: Zones.berlin))
        #expect(ordinary.from == Zones.at("2025-12-31T23:00Z") && ordinary.count == 8_760)
        #expect(try #require(ShareProfile.year(2028, in: Zones.berlin)).count == 8_784)
        #expect(ShareProfile.year(9_999, in: .utc) == nil)
        // Every quarter-hour of the year has one hour, and each hour four quarter-hours, over both clock changes.
        let profile = try ShareProfile(from: ordinary.from, shares: ["a": [Int32](repeating: 7, count: ordinary.count)])
        var counts = [Int](repeating: 0, count: ordinary.count)
        for quarter in 0..<Int64(4 * ordinary.count) {
            counts[try #require(profile.hour(at: ordinary.from + quarter * 900_000_000))] += 1
        }
        #expect(counts.allSatisfy { $0 == 4 })
        #expect(profile.hour(at: Zones.at("2026-12-31T23:00Z")) == nil)
    }

    @Test("a week follows the local clock: an hour twice in autumn, one missing in spring")
    func week() throws {
        let shares = (0..<168).map { Int32($0) }
        let profile = try ShareProfile(weekIn: Zones.berlin, shares: ["a": shares])
        // 2026-01-05 is a Monday; 00:00 in Berlin is 23:00 UTC on the day before.
        #expect(profile.hour(at: Zones.at("2026-01-04T23:00Z")) == 0)
        #expect(profile.hour(at: Zones.at("2026-01-04T22:45Z")) == 167)
        // On Sunday, 25 October, the hour from 02:00 (146) is there twice; on 29 March it is missing.
        let sunday = 6 * 24
        func hours(_ from: String, _ until: String) -> [Int] {
            stride(from: Zones.at(from), to: Zones.at(until), by: 3_600_000_000).compactMap { profile.hour(at: $0) }
        }
        #expect(
            hours("2026-10-24T22:00Z", "2026-10-25T23:00Z").map { $0 - sunday } == [0, 1, 2] + Array(2...23)
        )
        #expect(hours("2026-03-28T23:00Z", "2026-03-29T22:00Z").map { $0 - sunday } == [0, 1] + Array(3...23))
        // In Kolkata the UTC hour from 16:00 begins at 21:30.
        let india = try ShareProfile(weekIn: Zones.kolkata, shares: ["a": shares])
        #expect(india.hour(at: Zones.at("2026-01-05T16:00Z")) == 21)
    }

    @Test("every hour is checked, not just the first")
    func refused() {
        #expect(throws: ShareProfileError.moreThanWhole(hour: 2, sumPPM: 1_000_001)) {
            try ShareProfile(from: 0, shares: ["a": [0, 1, 1_000_000], "b": [0, 1, 1]])
        }
        #expect(throws: ShareProfileError.belowZero(device: "a", hour: 1, sharePPM: -1)) {
            try ShareProfile(from: 0, shares: ["a": [0, -1]])
        }
        #expect(throws: ShareProfileError.wrongCount(device: "a", hours: 24, expected: 168)) {
            try ShareProfile(weekIn: .utc, shares: ["a": [Int32](repeating: 0, count: 24)])
        }
        #expect(throws: ShareProfileError.notOnGrid(from: 1)) { try ShareProfile(from: 1, shares: ["a": [0]]) }
        #expect(throws: ShareProfileError.self) { try ShareProfile(from: 0, shares: ["a": [0], "b": [0, 0]]) }
    }

    @Test("shares of a profile and the key static give what each hour's shares give by themselves")
    func split() throws {
        var generator = SeededGenerator(seed: 91)
        var shares: [String: [Int32]] = ["a": [], "b": [], "c": []]
        for _ in 0..<48 {
            let first: Int64 = generator.below(1_000_001)
            let second = generator.below(UInt64(1_000_001 - first))
            shares["a"]?.append(Int32(first))
            shares["b"]?.append(Int32(second))
            shares["c"]?.append(Int32(1_000_000 - first - second))
        }
        let profile = try ShareProfile(from: 0, shares: shares)
        for hour in 0..<48 {
            let members = profile.devices.indices.map { row in
                SharingMember(
                    needWh: .max / 4,
                    offerWh: row == 0 ? 1_000_000 : 0,
                    sharePPM: profile.sharePPM(row: row, hour: hour)
                )
            }
            let split = EnergySplit.split(members, by: SharingRule(key: .static))
            #expect(split.communityWh == members.map(\.sharePPM))
        }
    }

    @Test("a file, in parts per million or as decimals, in any order and any zone")
    func file() throws {
        let expected = try ShareProfile(
            from: Zones.at("2026-03-29T00:00Z"),
            shares: ["a": [500_000, 58_824], "b,c": [500_000, 0]]
        )
        let ppm = """
            hour_start,device,note,share_ppm
            2026-03-29T03:00:00+02:00,a,,58824
            2026-03-29T01:00:00+01:00,a,,500000
            2026-03-29T00:00:00Z,"b,c",,500000
            2026-03-29T01:00:00Z,"b,c",,0
            """
        #expect(try ShareProfile.read(Array(ppm.utf8)) == expected)
        let decimal = """
            device,hour_start,share
            a,2026-03-29T00:00Z,0.5
            b,2026-03-29T00:00Z,.500000
            """
        let read = try ShareProfile.read(Array(decimal.utf8))
        #expect(read.sharePPM(row: 1, hour: 0) == 500_000)
    }

    @Test(
        "faults name what is wrong, and where",
        arguments: [
            ("device,share\n", 1, "no column hour_start"), ("device,hour_start\n", 1, "either share_ppm or share"),
            ("device,hour_start,share,share_ppm\n", 1, "either"), ("device,hour_start,share\n", 0, "no shares"),
            ("device,hour_start,share\n,2026-01-01T00:00Z,1\n", 2, "empty"),
            ("device,hour_start,share\na,2026-01-01T00:00,1\n", 2, "instant"),
            ("device,hour_start,share\na,2026-01-01T00:00Z,1.1\n", 2, "from 0 to 1"),
            ("device,hour_start,share\na,2026-01-01T00:00Z,0.1234567\n", 2, "6 places"),
            ("device,hour_start,share_ppm\na,2026-01-01T00:00Z,0.5\n", 2, "whole number"),
            ("device,hour_start,share\na,2026-01-01T00:00Z,1\na,2026-01-01T00:00Z,1\n", 3, "twice"),
            ("device,hour_start,share\na,2026-01-01T00:00Z,1\na,2026-01-01T00:30Z,1\n", 3, "whole number of hours"),
            ("device,hour_start,share\na,2026-01-01T00:00Z,1\na,2026-01-01T02:00Z,1\n", 0, "lacks 1 of 3 hours"),
            ("device,hour_start,share\na,2026-01-01T00:00Z,1\nb,2026-01-01T00:00Z,0.1\n", 3, "sum to 1100000"),
            ("device,hour_start,share\na,0026-01-01T00:00Z,1\na,2026-01-01T00:00Z,1\n", 0, "wrong year"),
            ("device,hour_start,share\na,2026-01-01T00:00Z\n", 2, "2 fields"),
        ]
    )
    func faults(_ text: String, _ line: Int, _ words: String) throws {
        let faults = try #require(throws: TableFaults.self) { try ShareProfile.read(Array(text.utf8)) }
        #expect(faults.faults.first?.line == line)
        #expect(faults.description.contains(words))
    }
}
