import PostgresStore
import Testing

@Suite("EnergyReportQuery", .needsPostgres)
struct EnergyReportQueryTests {
    private let fixture: BooksFixture
    private var query: EnergyReportQuery { EnergyReportQuery(fixture.sql) }

    init() throws { fixture = try BooksFixture() }

    /// What the fixture's three meters do in one hour, so many times.
    private func sums(_ hours: Int64) -> EnergySums {
        EnergySums(
            importWh: 34 * hours,
            communityWh: 10 * hours,
            gridWh: 24 * hours,
            exportWh: 13 * hours,
            sharedWh: 10 * hours,
            surplusWh: 3 * hours
        )
    }

    @Test func allThatIsSettledByDefault() throws {
        let report = try query.report(EnergyReportRequest(community: "crest"))
        #expect(report.communityName == "Crest")
        #expect(report.fromLabel == "2016-10-30 17:00-07:00")
        #expect(report.untilLabel == "2016-11-06 16:00-08:00")
        #expect(report.sharingKeys == ["static", "proportional"])
        #expect(report.totals == sums(168))
        #expect(report.period == .day)
        #expect(report.members.map(\.member.code) == ["home-01", "home-02", "home-03"])
        #expect(report.members[1].sums == EnergySums(importWh: 25 * 168, communityWh: 10 * 168, gridWh: 15 * 168))
        #expect(report.meters.map(\.hubDeviceID) == ["meter-1", "meter-2", "meter-3"])
        #expect(report.memberPeriods.isEmpty)
        #expect(report.intervals == .init(provisional: 24, final: 144))
        #expect(report.intervals.isComplete)
        #expect(
            report.missingMeters == [
                .init(hubDeviceID: "meter-4", member: .init(code: "home-03", name: "Home 03"), missing: nil)
            ]
        )
        #expect(report.ledger.records == 510)
        #expect(report.ledger.accepted == 507)
        #expect(
            report.ledger.deadLetters == [.init(reason: "bad_json", count: 1), .init(reason: "out_of_range", count: 1)]
        )
    }

    @Test func theDayOnWhichTheClocksGoBackHas25Hours() throws {
        let report = try query.report(
            EnergyReportRequest(
                community: "crest",
                from: .localDate(year: 2016, month: 11, day: 5),
                until: .localDate(year: 2016, month: 11, day: 7),
                period: .day
            )
        )
        #expect(report.periods.map(\.period.label) == ["2016-11-05", "2016-11-06"])
        #expect(report.periods[0].sums == sums(24))
        // Settled until 16:00, which is 17 hours after midnight: eight are not.
        #expect(report.periods[1].period.end - report.periods[1].period.start == 25 * 3_600_000_000)
        #expect(report.periods[1].sums == sums(17))
        #expect(report.periods[1].intervals.unsettled == 8 * 3_600_000_000)
        #expect(report.intervals.unsettled == 8 * 3_600_000_000)
        #expect(!report.intervals.isComplete)
    }

    @Test func theRepeatedHourIsTwo() throws {
        let report = try query.report(
            EnergyReportRequest(
                community: "crest",
                from: .localDate(year: 2016, month: 11, day: 6),
                until: .instant(1_478_430_000_000_000),  // 2016-11-06T11:00:00Z
                period: .hour
            )
        )
        #expect(
            report.periods.map(\.period.label) == [
                "2016-11-06 00:00-07:00", "2016-11-06 01:00-07:00", "2016-11-06 01:00-08:00", "2016-11-06 02:00-08:00",
            ]
        )
        #expect(report.periods.allSatisfy { $0.sums == sums(1) && $0.period.end - $0.period.start == 3_600_000_000 })
    }

    @Test func monthsAreLocalAndClippedToTheSpan() throws {
        let report = try query.report(EnergyReportRequest(community: "crest", period: .month, wantsMemberPeriods: true))
        #expect(report.periods.map(\.period.label) == ["2016-10", "2016-11"])
        // October ends at 2016-11-01T07:00Z: 31 hours after the first settled interval.
        #expect(report.periods.map(\.sums) == [sums(31), sums(137)])
        #expect(report.periods[0].period.start == report.from)
        #expect(report.periods[1].period.end == report.until)
        #expect(report.periods.map(\.intervals.state) == [.final, .provisional])
        #expect(
            report.memberPeriods.map(\.member.code) == [
                "home-01", "home-01", "home-02", "home-02", "home-03", "home-03",
            ]
        )
        #expect(report.memberPeriods.map(\.values) == [31, 137, 31, 137, 31, 137])
        #expect(report.memberPeriods[3].sums == EnergySums(importWh: 25 * 137, communityWh: 1370, gridWh: 15 * 137))
        #expect(
            report.memberPeriods.map(\.state) == [.final, .provisional, .final, .provisional, .final, .provisional]
        )
    }

    @Test func oneMemberAlone() throws {
        let report = try query.report(EnergyReportRequest(member: "home-02"))
        #expect(report.community == "crest")
        #expect(report.member == .init(code: "home-02", name: "Home 02"))
        #expect(report.totals == EnergySums(importWh: 25 * 168, communityWh: 1680, gridWh: 15 * 168))
        #expect(report.missingMeters.isEmpty)
        #expect(report.members.count == 1)
        #expect(report.meters.count == 1)
    }

    @Test func onlyTheNewestRevisionCounts() throws {
        try fixture.sql.run(
            """
            update energy.interval_status set revision = 1, state = 'corrected' where interval_start = '2016-11-01T05:00Z';
            insert into energy.attribution (interval_start, import_wh, community_wh, grid_wh, export_wh, shared_wh, surplus_wh,
                    community_id, device_id, revision, quality)
                select interval_start, import_wh + 100, community_wh, grid_wh + 100, export_wh, shared_wh, surplus_wh, 1, device_id, 1, 'M'
                from energy.attribution where interval_start = '2016-11-01T05:00Z'
            """
        )
        let report = try query.report(EnergyReportRequest(community: "crest"))
        #expect(report.totals.importWh == 34 * 168 + 300)
        #expect(report.intervals.corrected == 1)
    }

    @Test func aMeterWithoutValuesIsCountedByName() throws {
        try fixture.sql.run(
            """
            delete from energy.attribution where device_id = 3 and interval_start between '2016-11-01T05:00Z' and '2016-11-01T07:00Z';
            update energy.interval_status set received = 2, missing = '{3}' where interval_start between '2016-11-01T05:00Z' and '2016-11-01T07:00Z'
            """
        )
        let report = try query.report(EnergyReportRequest(community: "crest"))
        #expect(report.intervals.incomplete == 3)
        #expect(report.missingMeters.map(\.hubDeviceID) == ["meter-3", "meter-4"])
        #expect(report.missingMeters.map(\.missing) == [3, nil])
        // Outside of the span nothing is missing but what never was.
        let later = try query.report(
            EnergyReportRequest(community: "crest", from: .localDate(year: 2016, month: 11, day: 3))
        )
        #expect(later.missingMeters.map(\.hubDeviceID) == ["meter-4"])
    }

    @Test func whatIsNotThereIsNamed() throws {
        try fixture.sql.run(
            """
            insert into energy.community (code, name, time_zone) values ('other', 'Other', 'Europe/Berlin');
            insert into energy.member (community_id, code, name) values (2, 'home-01', 'Another')
            """
        )
        let failures: [(EnergyReportRequest, String)] = [
            (.init(), "name what the report is about: --community, --member, or both"),
            (.init(community: "x"), "there is no community x; there are crest, other"),
            (.init(community: "other", member: "home-09"), "community other has no member home-09"),
            (.init(member: "home-09"), "no community has a member home-09"),
            (
                .init(member: "home-01"),
                "several communities have a member home-01: add --community with one of crest, other"
            ),
            (
                .init(community: "other"),
                "nothing of community other is settled yet: wattsource status says what it waits for"
            ),
            (
                .init(community: "crest", from: .instant(5), until: .instant(5)),
                "the span ends before it begins: --to has to be later than --from"
            ),
            (
                .init(community: "crest", from: .localDate(year: 2020, month: 1, day: 1)),
                "the span is outside of what is settled of community crest"
            ),
        ]
        for (request, sentence) in failures {
            #expect(throws: QueryFailure(sentence)) { try query.report(request) }
        }
        // The connection is usable afterwards, in UTC.
        #expect(try fixture.sql.query("show timezone").text(0, 0) == "UTC")
        #expect(try query.report(.init(community: "crest", member: "home-01")).totals.exportWh == 1680)
    }
}
