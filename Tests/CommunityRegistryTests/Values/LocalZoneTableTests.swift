import Foundation
import MeterReadings
import Testing

@testable import CommunityRegistry

@Suite struct LocalZoneTableTests {
    /// The table's offset at an instant, in seconds.
    private static func offset(_ zone: LocalZone, at second: Int64) -> Int32? {
        zone.offsets.last { $0.from <= second * 1_000_000 }?.seconds
    }

    @Test(arguments: [
        ("Europe/Vienna", "2026-03-29T00:59:59Z", 3_600), ("Europe/Vienna", "2026-03-29T01:00:00Z", 7_200),
        ("Europe/Vienna", "2026-10-25T00:59:59Z", 7_200), ("Europe/Vienna", "2026-10-25T01:00:00Z", 3_600),
        ("Europe/Vienna", "2099-07-01T00:00:00Z", 7_200), ("America/Los_Angeles", "2007-03-11T10:00:00Z", -25_200),
        ("America/Los_Angeles", "2006-03-11T10:00:00Z", -28_800), ("Europe/Dublin", "2050-01-01T00:00:00Z", 0),
        ("Europe/Dublin", "2050-07-01T00:00:00Z", 3_600), ("Pacific/Apia", "2011-12-30T09:59:59Z", -36_000),
        ("Pacific/Apia", "2011-12-30T10:00:00Z", 50_400), ("Australia/Lord_Howe", "2060-01-01T00:00:00Z", 39_600),
        ("Australia/Lord_Howe", "2060-07-01T00:00:00Z", 37_800), ("Asia/Kolkata", "2030-01-01T00:00:00Z", 19_800),
        ("America/Sao_Paulo", "2018-12-01T00:00:00Z", -7_200), ("America/Sao_Paulo", "2019-12-01T00:00:00Z", -10_800),
        ("UTC", "2026-01-01T00:00:00Z", 0), ("Etc/GMT+5", "2026-01-01T00:00:00Z", -18_000),
    ])
    func `offsets are right at known instants`(name: String, instant: String, expected: Int32) throws {
        let zone = try #require(LocalZoneTable.zone(named: name))
        let time = try #require(InstantText.parse(instant))
        #expect(Self.offset(zone, at: time / 1_000_000) == expected)
    }

    @Test func `changes ascend, and each is one`() throws {
        for name in ["Europe/Vienna", "Africa/Casablanca", "America/St_Johns", "Asia/Gaza"] {
            let offsets = try #require(LocalZoneTable.zone(named: name)).offsets
            #expect(offsets.first?.from == LocalZoneTable.from)
            #expect(zip(offsets, offsets.dropFirst()).allSatisfy { $0.from < $1.from && $0.seconds != $1.seconds })
            #expect(offsets.allSatisfy { $0.from < LocalZoneTable.until })
        }
        #expect(try #require(LocalZoneTable.zone(named: "Europe/Vienna")).offsets.count == 221)
    }

    @Test(arguments: ["Europe/Vienna", "America/Los_Angeles", "Pacific/Apia", "Europe/Dublin", "Australia/Lord_Howe"])
    func `files and Foundation say the same of the past`(name: String) throws {
        let zone = try #require(LocalZoneTable.zone(named: name))
        let other = LocalZoneTable.table(of: try #require(TimeZone(identifier: name)))
        let end: Int64 = 1_735_689_600_000_000
        #expect(zone.offsets.filter { $0.from < end } == other.offsets.filter { $0.from < end })
    }

    @Test(arguments: ["Mars/Base", "", "../zoneinfo/UTC", "Europe", "posix/UTC", "zone.tab"])
    func `an unknown name is no zone`(name: String) { #expect(LocalZoneTable.zone(named: name) == nil) }

    @Test(arguments: [
        "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0/3", "CET-1CEST,M3.5.0,M10.5.0/3x", "C-1",
        "<-03",
        "CET-168",
    ])
    func `a rule that is none is refused`(text: String) { #expect(ZoneRule(text) == nil) }

    @Test func `rules are read in all of their forms`() throws {
        let julian = try #require(ZoneRule("<+01>-1:30<+02>,J60/0,300/-1:30"))
        // 2024-03-01T00:00 local, and the 301st day less 1:30: 2024-10-27 is day 300 from 0.
        #expect(
            julian.transitions(fromYear: 2024, toYear: 2024) == [
                ZoneFile.Transition(from: 1_709_251_200 - 5_400, offset: 9_000),
                ZoneFile.Transition(from: 1_729_987_200 - 5_400 - 9_000, offset: 5_400),
            ]
        )
        #expect(try #require(ZoneRule("UTC0")).transitions(fromYear: 2000, toYear: 2100).isEmpty)
    }

    @Test func `a file that is cut off anywhere is refused, not crashed on`() throws {
        let bytes = [UInt8](try #require(FileManager.default.contents(atPath: "/usr/share/zoneinfo/Europe/Vienna")))
        #expect(ZoneFile(bytes) != nil)
        for length in 0..<bytes.count - 30 { #expect(ZoneFile(Array(bytes[..<length])) == nil) }
    }
}
