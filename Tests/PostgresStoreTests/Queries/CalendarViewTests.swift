import PostgresStore
import Testing

@Suite("Views by the local calendar", .needsPostgres)
struct CalendarViewTests {
    private let fixture: CalendarFixture

    init() throws { fixture = try CalendarFixture() }

    /// A local day, and which intervals begin on it.
    struct Day: CustomTestStringConvertible {
        var zone: String
        var minutes: Int
        var day: String
        var starts: String
        var ends: String
        var slots: Int64

        var testDescription: String { "\(zone) \(day), \(minutes) min" }

        static let all = [
            Day("Europe/Vienna", 15, "2026-07-01", "2026-06-30T22:00Z", "2026-07-01T22:00Z", 96),
            // The clocks go forward, and back.
            Day("Europe/Vienna", 15, "2026-03-29", "2026-03-28T23:00Z", "2026-03-29T22:00Z", 92),
            Day("Europe/Vienna", 15, "2026-10-25", "2026-10-24T22:00Z", "2026-10-25T23:00Z", 100),
            Day("America/Los_Angeles", 60, "2026-03-08", "2026-03-08T08:00Z", "2026-03-09T07:00Z", 23),
            Day("America/Los_Angeles", 60, "2026-11-01", "2026-11-01T07:00Z", "2026-11-02T08:00Z", 25),
            Day("America/Los_Angeles", 60, "2026-11-02", "2026-11-02T08:00Z", "2026-11-03T08:00Z", 24),
            // Half an hour, and three quarters, off the grid.
            Day("Asia/Kolkata", 60, "2026-03-01", "2026-02-28T18:30Z", "2026-03-01T18:30Z", 24),
            Day("Asia/Kolkata", 30, "2026-03-01", "2026-02-28T18:30Z", "2026-03-01T18:30Z", 48),
            Day("Asia/Kathmandu", 60, "2026-03-01", "2026-02-28T18:15Z", "2026-03-01T18:15Z", 24),
            Day("Asia/Kathmandu", 30, "2026-03-01", "2026-02-28T18:15Z", "2026-03-01T18:15Z", 48),
            Day("Asia/Kathmandu", 15, "2026-03-01", "2026-02-28T18:15Z", "2026-03-01T18:15Z", 96),
            // Clocks that change by half an hour: between UTC+10:30 and UTC+11.
            Day("Australia/Lord_Howe", 60, "2026-10-04", "2026-10-03T13:30Z", "2026-10-04T13:00Z", 23),
            Day("Australia/Lord_Howe", 30, "2026-10-04", "2026-10-03T13:30Z", "2026-10-04T13:00Z", 47),
            Day("Australia/Lord_Howe", 15, "2026-10-04", "2026-10-03T13:30Z", "2026-10-04T13:00Z", 94),
            Day("Australia/Lord_Howe", 60, "2026-04-05", "2026-04-04T13:00Z", "2026-04-05T13:30Z", 25),
            Day("Australia/Lord_Howe", 30, "2026-04-05", "2026-04-04T13:00Z", "2026-04-05T13:30Z", 49),
        ]

        init(_ zone: String, _ minutes: Int, _ day: String, _ starts: String, _ ends: String, _ slots: Int64) {
            (self.zone, self.minutes, self.day) = (zone, minutes, day)
            (self.starts, self.ends, self.slots) = (starts, ends, slots)
        }
    }

    @Test(arguments: Day.all) func aDayHasTheIntervalsThatBeginOnIt(_ day: Day) throws {
        // Three days of intervals around it, on the grid of UTC.
        let around = try fixture.sql.query("select ('\(day.day)'::date - 1)::text, ('\(day.day)'::date + 2)::text")
        let (from, until) = ("\(around.text(0, 0) ?? "")T06:00Z", "\(around.text(0, 1) ?? "")T06:00Z")
        try fixture.add("c", zone: day.zone, minutes: day.minutes, from: from, until: until, meters: 2)

        let one = try CalendarFixture.sums(from: day.starts, until: day.ends, minutes: Int64(day.minutes))
        let here = "day = '\(day.day)'"
        for view in ["community_day", "member_day"] {
            let row = try #require(try fixture.row(view, here))
            #expect(row.sums == one + one, "\(view)")
            #expect(row.complete == true, "\(view)")
            #expect(row.state == "final", "\(view)")
        }
        let counts = "expected, received, estimated, missing, first_gap is null and last_gap is null"
        let whole = try fixture.sql.query(
            "select \(counts) from energy.completeness_day where \(here) order by hub_device_id"
        )
        #expect(whole.rowCount == 2)
        for row in 0..<whole.rowCount {
            #expect((0..<4).map { whole.int64(row, $0) } == [day.slots, day.slots, 0, 0])
            #expect(whole.bool(row, 4) == true)
        }

        // The first and the last interval of the day belong to it: without a value in them it is not complete, and its neighbours are.
        let length = Int64(day.minutes) * 60_000_000
        let first = try (CalendarFixture.instant(day.starts) + length - 1) / length * length
        let last = first + (day.slots - 1) * length
        #expect(try last < CalendarFixture.instant(day.ends) && last + length >= CalendarFixture.instant(day.ends))
        for slot in [first, last] {
            try fixture.lose("c-2", at: slot)
        }
        for view in ["community_day", "member_day"] {
            #expect(try fixture.row(view, here)?.complete == false, "\(view)")
        }
        let gaps = try fixture.sql.query(
            """
            select expected, received, missing, \(PostgresTimestamp.sql("first_gap")), \(PostgresTimestamp.sql("last_gap"))
            from energy.completeness_day where \(here) and hub_device_id = 'c-2'
            """
        )
        #expect((0..<5).map { gaps.int64(0, $0) } == [day.slots, day.slots - 2, 2, first, last])
        #expect(
            try fixture.sql.query(
                "select count(*) from energy.completeness_day where not (\(here)) and missing > 0"
            ).int64(0, 0) == 0
        )
    }

    @Test func aDayThatIsNotSettledToItsEndIsNotComplete() throws {
        try fixture.add("c", zone: "Asia/Kolkata", minutes: 60, from: "2026-02-28T19:00Z", until: "2026-03-03T18:00Z")
        let complete = try fixture.sql.query("select day, complete from energy.community_day order by day")
        #expect((0..<complete.rowCount).map { complete.bool($0, 1) } == [true, true, false])
        let ofMember = try fixture.sql.query("select day, complete from energy.member_day order by day")
        #expect((0..<ofMember.rowCount).map { ofMember.bool($0, 1) } == [true, true, false])
        // A meter that begins with the first interval of a day takes part all that day, even if the day began before.
        try fixture.sql.run("update energy.participation set valid_during = '[2026-03-01T19:00Z,)'")
        try fixture.sql.run("delete from energy.attribution where interval_start < '2026-03-01T19:00Z'")
        let later = try fixture.sql.query("select day::text, complete from energy.member_day order by day")
        #expect((0..<later.rowCount).map { later.text($0, 0) } == ["2026-03-02", "2026-03-03"])
        #expect((0..<later.rowCount).map { later.bool($0, 1) } == [true, false])
        try fixture.sql.run("update energy.participation set valid_during = '[2026-03-01T20:00Z,)'")
        try fixture.sql.run("delete from energy.attribution where interval_start < '2026-03-01T20:00Z'")
        #expect(try fixture.row("member_day", "day = '2026-03-02'")?.complete == false)
    }

    @Test func aRuleThatChangesWithinADay() throws {
        // Hours until 10:00Z, quarters from then on.
        try fixture.add("c", zone: "Asia/Kolkata", minutes: 60, from: "2026-02-28T12:00Z", until: "2026-03-01T10:00Z")
        try fixture.sql.run(
            """
            update energy.community_rule set valid_during = '[2020-01-01Z,2026-03-01T10:00Z)';
            insert into energy.community_rule (community_id, valid_during, interval_minutes, sharing_key, grace, finality)
                values (1, '[2026-03-01T10:00Z,)', 15, 'proportional', '2h', '35d')
            """
        )
        try fixture.settle("c", minutes: 15, from: "2026-03-01T10:00Z", until: "2026-03-02T12:00Z")
        let sums =
            try CalendarFixture.sums(from: "2026-02-28T18:30Z", until: "2026-03-01T10:00Z", minutes: 60)
            + CalendarFixture.sums(from: "2026-03-01T10:00Z", until: "2026-03-01T18:30Z", minutes: 15)
        for view in ["community_day", "member_day"] {
            let row = try #require(try fixture.row(view, "day = '2026-03-01'"))
            #expect(row.sums == sums)
            #expect(row.complete == true)
        }
        // 15 hours (19:00Z to 10:00Z) and 8.5 hours of quarters.
        #expect(
            try fixture.sql.query("select expected from energy.completeness_day where day = '2026-03-01'").int64(0, 0)
                == 15 + 34
        )
        try fixture.sql.run("delete from energy.interval_status where interval_start = '2026-03-01T10:15Z'")
        try fixture.sql.run("delete from energy.attribution where interval_start = '2026-03-01T10:15Z'")
        for view in ["community_day", "member_day"] {
            #expect(try fixture.row(view, "day = '2026-03-01'")?.complete == false)
        }
    }

    /// A zone and when its year 2026 begins and ends, in UTC.
    static let years = [
        ("Asia/Kolkata", "2025-12-31T18:30Z", "2026-12-31T18:30Z", "2026-02-28T18:30Z", "2026-03-31T18:30Z"),
        ("Australia/Lord_Howe", "2025-12-31T13:00Z", "2026-12-31T13:00Z", "2026-02-28T13:00Z", "2026-03-31T13:00Z"),
        ("America/Los_Angeles", "2026-01-01T08:00Z", "2027-01-01T08:00Z", "2026-03-01T08:00Z", "2026-04-01T07:00Z"),
    ]

    @Test(arguments: years)
    func monthsAndYearsAreLocal(
        _ zone: String,
        _ starts: String,
        _ ends: String,
        _ march: String,
        _ april: String
    ) throws {
        try fixture.add("c", zone: zone, minutes: 60, from: "2025-12-31T00:00Z", until: "2027-01-02T00:00Z")
        let year = try CalendarFixture.sums(from: starts, until: ends, minutes: 60)
        let month = try CalendarFixture.sums(from: march, until: april, minutes: 60)
        for view in ["community", "member"] {
            let ofYear = try #require(try fixture.row("\(view)_year", "year = 2026"))
            #expect(ofYear.sums == year)
            #expect(ofYear.complete == true)
            let ofMonth = try #require(try fixture.row("\(view)_month", "month = '2026-03-01'"))
            #expect(ofMonth.sums == month)
            #expect(ofMonth.complete == true)
            #expect(try fixture.row("\(view)_year", "year = 2025")?.complete == false)
            let complete = try fixture.sql.query("select count(*) from energy.\(view)_month where complete")
            #expect(complete.int64(0, 0) == 12)
        }
        try fixture.sql.run(
            "update energy.interval_status set state = 'provisional' where interval_start = '2026-05-05T05:00Z'"
        )
        try fixture.lose("c-1", at: "2026-06-06T06:00Z")
        for view in ["community", "member"] {
            #expect(try fixture.row("\(view)_year", "year = 2026")?.state == "provisional")
            #expect(try fixture.row("\(view)_year", "year = 2026")?.complete == false)
            #expect(try fixture.row("\(view)_month", "month = '2026-05-01'")?.state == "provisional")
            #expect(try fixture.row("\(view)_month", "month = '2026-05-01'")?.complete == true)
            #expect(try fixture.row("\(view)_month", "month = '2026-06-01'")?.state == "final")
            #expect(try fixture.row("\(view)_month", "month = '2026-06-01'")?.complete == false)
        }
    }

    @Test func estimatedValuesCountAsSuchAndOldIntervalsNameNobody() throws {
        try fixture.add("c", zone: "Europe/Vienna", minutes: 60, from: "2026-06-30T00:00Z", until: "2026-07-03T00:00Z")
        try fixture.sql.run(
            """
            update energy.attribution set quality = 'E' where interval_start in ('2026-07-01T05:00Z', '2026-07-01T06:00Z');
            update energy.attribution set quality = 'S' where interval_start = '2026-07-01T07:00Z'
            """
        )
        try fixture.lose("c-1", at: "2026-07-01T10:00Z")
        // As it was settled before missing meters had names.
        try fixture.lose("c-1", at: "2026-07-01T11:00Z")
        try fixture.sql.run(
            "update energy.interval_status set missing = null where interval_start = '2026-07-01T11:00Z'"
        )
        let row = try fixture.sql.query(
            """
            select expected, received, estimated, missing, \(PostgresTimestamp.sql("first_gap")), \(PostgresTimestamp.sql("last_gap")),
                   community, member, hub_device_id
            from energy.completeness_day where day = '2026-07-01'
            """
        )
        let gap = try CalendarFixture.instant("2026-07-01T10:00Z")
        #expect((0..<6).map { row.int64(0, $0) } == [23, 20, 2, 1, gap, gap])
        #expect((6..<9).map { row.text(0, $0) } == ["c", "c-home", "c-1"])
    }
}
