import PostgresStore
import Testing

@Suite("ValueGapQuery", .needsPostgres)
struct ValueGapQueryTests {
    private let fixture: CalendarFixture

    /// A community of half-hours with three meters, the third of which has never said anything.
    init() throws {
        fixture = try CalendarFixture()
        try fixture.add(
            "c",
            zone: "Asia/Kolkata",
            minutes: 30,
            from: "2026-03-01T00:00Z",
            until: "2026-03-03T00:00Z",
            meters: 2
        )
        try fixture.sql.run(
            """
            insert into energy.device (hub_device_id, member_id) values ('c-3', 1);
            insert into energy.participation (device_id, community_id, valid_during) values (3, 1, '[2026-03-02Z,)')
            """
        )
    }

    private func gaps(
        _ request: EnergyReportRequest,
        withEstimated: Bool = true
    ) throws -> (report: ValueGapReport, meters: [[ValueGap]]) {
        var meters: [[ValueGap]] = []
        var report = ValueGapReport()
        try ValueGapQuery(fixture.sql).gaps(request, withEstimated: withEstimated, begin: { report = $0 }) {
            meters.append($0)
        }
        return (report, meters)
    }

    private func gap(_ meter: String, _ from: String, _ until: String, _ slots: Int64, _ kind: ValueGap.Kind) throws
        -> ValueGap
    {
        ValueGap(
            community: "c",
            member: "c-home",
            hubDeviceID: meter,
            from: try CalendarFixture.instant(from),
            until: try CalendarFixture.instant(until),
            slots: slots,
            kind: kind
        )
    }

    @Test func gapsOfIntervalsThatFollowOneAnotherMerge() throws {
        for time in ["05:00", "05:30", "06:00", "07:30"] { try fixture.lose("c-2", at: "2026-03-01T\(time)Z") }
        try fixture.lose("c-1", at: "2026-03-01T05:30Z")
        // Another kind ends a gap, and so does another meter.
        try fixture.sql.run(
            "update energy.attribution set quality = 'E' where device_id = 2 and interval_start in ('2026-03-01T06:30Z', '2026-03-01T07:00Z')"
        )
        let expected = try [
            [gap("c-1", "2026-03-01T05:30Z", "2026-03-01T06:00Z", 1, .missing)],
            [
                gap("c-2", "2026-03-01T05:00Z", "2026-03-01T06:30Z", 3, .missing),
                gap("c-2", "2026-03-01T06:30Z", "2026-03-01T07:30Z", 2, .estimated),
                gap("c-2", "2026-03-01T07:30Z", "2026-03-01T08:00Z", 1, .missing),
            ],
        ]
        let (report, meters) = try gaps(EnergyReportRequest(community: "c"))
        #expect(meters == expected)
        #expect(report.fromLabel == "2026-03-01 05:30+05:30")
        #expect(try report.silent == [gap("c-3", "2026-03-02T00:00Z", "2026-03-03T00:00Z", 48, .silent)])
        #expect(report.unnamedIntervals == 0)
        // Without the estimated ones, and by local days.
        let day = EnergyReportRequest(
            member: "c-home",
            from: .localDate(year: 2026, month: 3, day: 1),
            until: .localDate(year: 2026, month: 3, day: 2)
        )
        let missing = try gaps(day, withEstimated: false)
        #expect(missing.meters == [expected[0], [expected[1][0], expected[1][2]]])
        #expect(missing.report.silent.isEmpty)
    }

    @Test func gapsAreThoseOfTheNewestRevision() throws {
        try fixture.sql.run(
            """
            update energy.interval_status set revision = 1, state = 'corrected' where interval_start = '2026-03-01T05:30Z';
            insert into energy.attribution (interval_start, import_wh, community_wh, grid_wh, export_wh, shared_wh, surplus_wh,
                    community_id, device_id, revision, quality)
                select interval_start, import_wh, community_wh, grid_wh, export_wh, shared_wh, surplus_wh, 1, device_id, 1, 'M'
                from energy.attribution where interval_start = '2026-03-01T05:30Z';
            update energy.attribution set quality = 'E' where interval_start = '2026-03-01T05:30Z' and revision = 0
            """
        )
        #expect(try gaps(EnergyReportRequest(community: "c")).meters.isEmpty)
        // One that was settled before missing meters had names is counted.
        try fixture.sql.run("update energy.interval_status set received = 1 where interval_start = '2026-03-01T06:00Z'")
        #expect(try gaps(EnergyReportRequest(community: "c")).report.unnamedIntervals == 1)
    }

    @Test func aMeterThatIsMissingInTwoCommunitiesLacksEachIntervalOnce() throws {
        try fixture.add("d", zone: "UTC", minutes: 30, from: "2026-03-01T00:00Z", until: "2026-03-01T00:00Z")
        try fixture.sql.run(
            "insert into energy.participation (device_id, community_id, valid_during) values (1, 2, '[2026-03-01T06:00Z,)')"
        )
        try fixture.settle("d", minutes: 30, from: "2026-03-01T06:00Z", until: "2026-03-03T00:00Z")
        for time in ["05:30", "06:00", "06:30"] { try fixture.lose("c-1", at: "2026-03-01T\(time)Z") }
        let expected = try gap("c-1", "2026-03-01T05:30Z", "2026-03-01T07:00Z", 3, .missing)
        #expect(try gaps(EnergyReportRequest(member: "c-home")).meters == [[expected]])
        let of = try gaps(EnergyReportRequest(community: "d"))
        #expect(of.meters.first?.first?.community == "d")
        #expect(of.meters.first?.first?.slots == 2)
    }

    @Test func whatTheReceiverThrowsComesOut() throws {
        struct Stop: Error {}
        try fixture.lose("c-1", at: "2026-03-01T05:30Z")
        try fixture.lose("c-2", at: "2026-03-01T05:30Z")
        var calls = 0
        #expect(throws: Stop.self) {
            try ValueGapQuery(fixture.sql).gaps(
                EnergyReportRequest(community: "c"),
                withEstimated: true,
                begin: { _ in }
            ) { _ in
                calls += 1
                throw Stop()
            }
        }
        #expect(calls == 1)
        // The connection is usable afterwards.
        #expect(try gaps(EnergyReportRequest(community: "c")).meters.count == 2)
    }
}
