import EnergySharing
import PostgresStore
import Testing

@Suite("Reports and views of members in several communities", .needsPostgres)
struct SeveralCommunitiesTests {
    private let fixture: CalendarFixture
    private let day = "2026-07-01"
    private let starts = "2026-06-30T22:00Z"
    private let ends = "2026-07-01T22:00Z"

    /// Two communities of hours; `a-1` of member `a-home` takes part in both, each with a part, and a rest stands beside its part in the first.
    init() throws {
        fixture = try CalendarFixture()
        let (from, until) = ("2026-06-30T00:00Z", "2026-07-03T00:00Z")
        try fixture.add("a", zone: "Europe/Vienna", minutes: 60, from: from, until: until, meters: 2)
        try fixture.add("b", zone: "America/Los_Angeles", minutes: 60, from: from, until: from)
        try fixture.sql.run(
            """
            insert into energy.participation (device_id, community_id, valid_during, participation_ppm)
                select device_id, 2, '[2020-01-01Z,)', 300000 from energy.device where hub_device_id = 'a-1'
            """
        )
        try fixture.settle("b", minutes: 60, from: from, until: until)
        try fixture.sql.run(
            """
            update energy.attribution a set unshared_import_wh = 7, unshared_export_wh = 3
            from energy.device d where d.device_id = a.device_id and d.hub_device_id = 'a-1' and a.community_id = 1
                and extract(hour from a.interval_start) <> 5
            """
        )
    }

    /// What one meter's part in one community is within the day.
    private func part() throws -> EnergySums { try CalendarFixture.sums(from: starts, until: ends, minutes: 60) }

    /// The rest that takes part in none: 23 of the day's 24 hours have one.
    private let rest = EnergySums(importWh: 7 * 23, gridWh: 7 * 23, exportWh: 3 * 23, surplusWh: 3 * 23)

    @Test func aMembersEnergyIsThatOfAllCommunities() throws {
        let part = try part()
        let row = try #require(try fixture.row("member_day", "member = 'a-home' and day = '\(day)'"))
        #expect(row.sums == part + part + part + rest)
        #expect(row.complete == true)
        let interval = try #require(
            try fixture.row("member_interval", "member = 'a-home' and interval_start = '2026-07-01T10:00Z'")
        )
        let one = try CalendarFixture.sums(from: "2026-07-01T10:00Z", until: "2026-07-01T11:00Z", minutes: 60)
        #expect(
            interval.sums == one + one + one + EnergySums(importWh: 7, gridWh: 7, exportWh: 3, surplusWh: 3)
        )
        #expect(interval.complete == true)
        let home = try fixture.sql.query("select distinct community from energy.member_day where member = 'a-home'")
        #expect((0..<home.rowCount).map { home.text($0, 0) } == ["a"])
        // The communities have their parts only.
        #expect(try fixture.row("community_day", "community = 'a' and day = '\(day)'")?.sums == part + part)
        let unshared = try fixture.sql.query(
            """
            select count(*), sum(import_wh), sum(export_wh), min(hub_device_id) from energy.unshared_energy
            where interval_start >= '\(starts)' and interval_start < '\(ends)'
            """
        )
        #expect((0..<3).map { unshared.int64(0, $0) } == [23, 7 * 23, 3 * 23])
        #expect(unshared.text(0, 3) == "a-1")
    }

    @Test func aMemberIsCompleteWhereEachMeterHasAValueInEachCommunity() throws {
        try fixture.sql.run(
            "delete from energy.attribution where community_id = 2 and interval_start = '2026-07-01T10:00Z'"
        )
        #expect(
            try fixture.row("member_interval", "member = 'a-home' and interval_start = '2026-07-01T10:00Z'")?.complete
                == false
        )
        #expect(
            try fixture.row("member_interval", "member = 'a-home' and interval_start = '2026-07-01T11:00Z'")?.complete
                == true
        )
        #expect(try fixture.row("member_day", "member = 'a-home' and day = '\(day)'")?.complete == false)
        #expect(try fixture.row("member_day", "member = 'a-home' and day = '2026-07-02'")?.complete == true)
        // One that is provisional in one of its communities is so as a whole.
        try fixture.sql.run(
            "update energy.interval_status set state = 'provisional' where community_id = 2 and interval_start = '2026-07-01T12:00Z'"
        )
        #expect(
            try fixture.row("member_interval", "member = 'a-home' and interval_start = '2026-07-01T12:00Z'")?.state
                == "provisional"
        )
        #expect(try fixture.row("member_day", "member = 'a-home' and day = '\(day)'")?.state == "provisional")
        // What is not settled in one of them is not complete, either.
        try fixture.sql.run(
            """
            delete from energy.attribution where community_id = 2 and interval_start >= '2026-07-02T10:00Z';
            delete from energy.interval_status where community_id = 2 and interval_start >= '2026-07-02T10:00Z'
            """
        )
        #expect(try fixture.row("member_day", "member = 'a-home' and day = '2026-07-02'")?.complete == false)
    }

    @Test func metersOfOneMemberMayHaveIntervalsOfDifferentLength() throws {
        // a-2 leaves a for a community of quarters.
        try fixture.add("q", zone: "UTC", minutes: 15, from: "2026-06-30T00:00Z", until: "2026-06-30T00:00Z")
        try fixture.sql.run(
            """
            delete from energy.participation where device_id = 2;
            delete from energy.attribution where device_id = 2;
            insert into energy.participation (device_id, community_id, valid_during) values (2, 3, '[2020-01-01Z,)')
            """
        )
        try fixture.settle("q", minutes: 15, from: "2026-06-30T00:00Z", until: "2026-07-03T00:00Z")
        let hours = try part()
        let quarters = try CalendarFixture.sums(from: starts, until: ends, minutes: 15)
        let row = try #require(try fixture.row("member_day", "member = 'a-home' and day = '\(day)'"))
        #expect(row.sums == hours + hours + rest + quarters)
        #expect(row.complete == true)
        let lengths = try fixture.sql.query(
            """
            select interval_end - interval_start, complete from energy.member_interval
            where member = 'a-home' and interval_start = '2026-07-01T10:00Z' order by 1
            """
        )
        #expect((0..<lengths.rowCount).map { lengths.text($0, 0) } == ["00:15:00", "01:00:00"])
        #expect((0..<lengths.rowCount).map { lengths.bool($0, 1) } == [true, true])
        try fixture.sql.run(
            "delete from energy.attribution where device_id = 2 and interval_start = '2026-07-01T10:15Z'"
        )
        #expect(try fixture.row("member_day", "member = 'a-home' and day = '\(day)'")?.complete == false)
    }

    // MARK: Reports

    private func request(_ community: String? = nil, member: String? = nil) -> EnergyReportRequest {
        EnergyReportRequest(
            community: community,
            member: member,
            from: .localDate(year: 2026, month: 7, day: 1),
            until: .localDate(year: 2026, month: 7, day: 2),
            period: .day,
            wantsMemberPeriods: true
        )
    }

    @Test func aMembersReportIsAboutAllItsCommunities() throws {
        let part = try part()
        let report = try EnergyReportQuery(fixture.sql).report(request(member: "a-home"))
        let all = part + part + part + rest
        #expect(report.community == "a")
        #expect(report.timeZone == "Europe/Vienna")
        #expect(report.totals == all)
        #expect(report.members.map(\.sums) == [all])
        #expect(report.meters.map(\.sums) == [part + part + rest, part])
        #expect(report.periods.map(\.sums) == [all])
        #expect(report.memberPeriods.map(\.sums) == [all])
        #expect(report.memberPeriods.map(\.values) == [72])
        #expect(
            report.communities == [
                .init(code: "a", name: "a", sums: part + part), .init(code: "b", name: "b", sums: part),
            ]
        )
        #expect(report.unshared == rest)
        // An interval of two communities is one.
        #expect(report.intervals == .init(final: 24))
        // A community's report has its parts, also those of other communities' members.
        let other = try EnergyReportQuery(fixture.sql).report(
            EnergyReportRequest(
                community: "b",
                from: .instant(try CalendarFixture.instant(starts)),
                until: .instant(try CalendarFixture.instant(ends))
            )
        )
        #expect(other.members.map(\.member.code) == ["a-home", "b-home"])
        #expect(other.members.map(\.sums) == [part, part])
        #expect(other.communities.isEmpty)
        #expect(other.unshared == EnergySums())
    }

    @Test func timeThatOneOfItsCommunitiesHasNotSettledIsNotSettled() throws {
        try fixture.sql.run(
            """
            delete from energy.attribution where community_id = 2 and interval_start >= '2026-07-01T19:00Z';
            delete from energy.interval_status where community_id = 2 and interval_start >= '2026-07-01T19:00Z'
            """
        )
        let query = EnergyReportQuery(fixture.sql)
        #expect(try query.report(request(member: "a-home")).intervals == .init(final: 24, unsettled: 3 * 3_600_000_000))
        #expect(try query.report(request("a")).intervals == .init(final: 24))
        // Before the meter takes part there, the other community does not matter.
        try fixture.sql.run("update energy.participation set valid_during = '[2026-07-02Z,)' where community_id = 2")
        #expect(try query.report(request(member: "a-home")).intervals == .init(final: 24))
    }

    @Test func halfAnHourOffTheGridNothingIsUnsettled() throws {
        try fixture.add("k", zone: "Asia/Kolkata", minutes: 60, from: "2026-06-30T00:00Z", until: "2026-07-03T00:00Z")
        let report = try EnergyReportQuery(fixture.sql).report(request("k"))
        #expect(report.intervals == .init(final: 24))
        #expect(report.intervals.isComplete)
        #expect(report.fromLabel == "2026-07-01 00:00+05:30")
        #expect(
            report.totals
                == (try CalendarFixture.sums(from: "2026-06-30T18:30Z", until: "2026-07-01T18:30Z", minutes: 60))
        )
    }

    @Test func reportsByYear() throws {
        try fixture.add("y", zone: "Asia/Kolkata", minutes: 60, from: "2025-12-30T00:00Z", until: "2026-01-03T00:00Z")
        let report = try EnergyReportQuery(fixture.sql).report(EnergyReportRequest(community: "y", period: .year))
        #expect(report.periods.map(\.period.label) == ["2025", "2026"])
        #expect(
            report.periods.map(\.sums) == [
                try CalendarFixture.sums(from: "2025-12-30T00:00Z", until: "2025-12-31T18:30Z", minutes: 60),
                try CalendarFixture.sums(from: "2025-12-31T18:30Z", until: "2026-01-03T00:00Z", minutes: 60),
            ]
        )
    }

    // MARK: Rows

    @Test func theRowsOfAReportSumUpToIt() throws {
        for request in [request(member: "a-home"), request("a"), request("b")] {
            var report = EnergyReport()
            var sums: [Int: EnergyBySource] = [:]
            var last = (start: Int64.min, length: Int64.min)
            var count = 0
            try EnergyReportQuery(fixture.sql).report(request, begin: { report = $0 }) { row in
                #expect((row.start, row.length) >= last)
                last = (row.start, row.length)
                sums[row.member, default: EnergyBySource()] += row.energy
                count += 1
            }
            #expect(report.members.count > 0)
            for (place, line) in report.members.enumerated() {
                let energy = try #require(sums[place])
                #expect(energy.importWh == line.sums.importWh)
                #expect(energy.gridWh == line.sums.gridWh)
                #expect(energy.exportWh == line.sums.exportWh)
                #expect(energy.surplusWh == line.sums.surplusWh)
            }
            #expect(Int64(count) == report.memberPeriods.reduce(0) { $0 + $1.values })
        }
    }
}
