import PostgresStore
import Testing

@Suite(.needsPostgres) struct AnomalyQueryTests {
    let fixture: DecisionFixture
    private let at = DecisionFixture.at

    init() throws {
        fixture = try DecisionFixture()
        try fixture.addReadings((0..<20).map { $0 * 100 })
    }

    @Test func `filters restrict, and the newest come first`() throws {
        let first = try fixture.addAnomaly("break", 1, 2)
        let second = try fixture.addAnomaly("outlier", 5, 5)
        let third = try fixture.addAnomaly("break", 8, 9)
        try fixture.resolve(first, .accept)
        let query = AnomalyQuery(fixture.sql)
        func ids(_ filter: AnomalyFilter, limit: Int = 10) throws -> [Int64] {
            try query.list(filter, limit: limit).anomalies.map(\.id)
        }
        #expect(try ids(AnomalyFilter()) == [third, second])
        #expect(try ids(AnomalyFilter(includesResolved: true)) == [third, second, first])
        #expect(try ids(AnomalyFilter(kind: "break")) == [third])
        #expect(try ids(AnomalyFilter(device: "meter-2")) == [])
        #expect(try ids(AnomalyFilter(since: at(6))) == [third] && ids(AnomalyFilter(until: at(8))) == [second])
        #expect(try ids(AnomalyFilter(community: "sierra-crest")) == [third, second])
        #expect(try ids(AnomalyFilter(community: "elsewhere")) == [])
        let limited = try query.list(AnomalyFilter(), limit: 1)
        #expect(limited.anomalies.map(\.id) == [third] && limited.count == 2)
        #expect(
            try query.counts(AnomalyFilter(includesResolved: true)) == [
                ReasonCount(reason: "break", count: 2), ReasonCount(reason: "outlier", count: 1),
            ]
        )
        let record = try #require(try query.list(AnomalyFilter(includesResolved: true), limit: 9).anomalies.last)
        #expect(record.resolution == .accept && record.resolvedBy == "Huber" && record.note == "seen")
        #expect(record.member == "sierra-crest/home-01" && record.hubDeviceID == "meter-1" && record.detail == "odd")
    }

    @Test func `an anomaly is shown with five readings on each side, and with what lost its place`() throws {
        let id = try fixture.addAnomaly("break", 9, 10)
        try fixture.sql.run(
            """
            insert into energy.reading_history (device_id, measured_at, import_wh, export_wh, quality, flags, received_at, cause)
            select device_id, measured_at, 7, 8, 'E', 0, received_at, 'replaced' from energy.reading
            where measured_at in ('2016-08-01 09:00+00', '2016-08-01 15:00+00')
            """
        )
        let context = try AnomalyQuery(fixture.sql).context(of: id)
        #expect(context.readings.map(\.time) == (5..<15).map { at(Double($0)) })
        #expect(context.history.map(\.reading.importWh) == [7] && context.history.first?.cause == "replaced")
        let outlier = try fixture.addAnomaly("outlier", 9, 9)
        #expect(
            try AnomalyQuery(fixture.sql).context(of: outlier).readings.map(\.time) == (4..<15).map { at(Double($0)) }
        )
        let edge = try fixture.addAnomaly("outlier", 0, 0)
        #expect(try AnomalyQuery(fixture.sql).context(of: edge).readings.count == 6)
    }

    @Test func `what each decision would do is told beforehand`() throws {
        let fixture = try DecisionFixture()
        try fixture.addReadings([0, 100, 200, 90_000, 90_100, 90_200])
        let id = try fixture.addAnomaly("break", 2, 3)
        let choices = try AnomalyQuery(fixture.sql).outlook(of: id).choices
        #expect(
            choices.map(\.arguments) == [
                "--as meter-swap", "--as set-aside --reading before", "--as set-aside --reading after", "--as accept",
            ]
        )
        // 100 before the break and 200 after it; set aside, the step of a reading goes too; accepted, the whole rise counts.
        #expect(choices.map { $0.effect?.importBefore } == [400, 400, 400, 400])
        #expect(choices.map { $0.effect?.importAfter } == [400, 300, 300, 90_200])
        try fixture.resolve(id, .accept)
        #expect(try AnomalyQuery(fixture.sql).outlook(of: id).choices.isEmpty)
    }

    @Test func `status counts open anomalies per community`() throws {
        let first = try fixture.addAnomaly("break", 1, 2)
        _ = try fixture.addAnomaly("outlier", 5, 5)
        _ = try fixture.addAnomaly("break", -9, -8)
        try fixture.resolve(first, .accept)
        let status = try StatusQuery(fixture.sql).status(idleAfter: .seconds(60))
        #expect(status.communities.map(\.anomalies) == [1])
    }
}
