import Ingestion
import MeterReadings
import Testing

@testable import PostgresStore

@Suite("Readings discarded by hand", .needsPostgres)
struct ReadingDiscarderTests {
    @Test func theirPlacesAreClosedToTelemetry() throws {
        let fixture = try HandFixture()
        let rows = (0..<6).map { reading(1, Int64($0) * 100, import: 1000 + Int64($0)) }
        try fixture.ingest.write(fixture.ingest.batch(staged: rows))
        let result = try fixture.discard(1, from: 200, until: 400)
        #expect(result.readings.map(\.importWh) == [1002, 1003])
        #expect(result.readings.allSatisfy { $0.state == .discarded && $0.endedBy?.name == "Bob" })
        #expect(try fixture.ingest.number("select readings from energy.reading_event") == -2)
        // However often they come again.
        for _ in 0..<2 {
            let receipt = try fixture.ingest.write(
                fixture.ingest.batch(staged: [rows[2], rows[1], reading(1, 300, import: 1)])
            )
            #expect(receipt.outcomes.superseded == 2 && receipt.outcomes.duplicate == 1)
        }
        #expect(try fixture.table().count == 4)
        #expect(try fixture.contradictions() == [])
        #expect(
            try fixture.history(1).filter { $0.measuredAt == rows[2].measuredAt }.map(\.state) == [
                .superseded, .superseded, .discarded,
            ]
        )
        // Only by hand a place is taken again; and even then telemetry does not take it back.
        #expect(try fixture.importReadings([HandFixture.found(1, 200, quality: .estimated)]).outcomes == [.accepted])
        #expect(try fixture.ingest.write(fixture.ingest.batch(staged: [rows[2]])).outcomes.superseded == 1)
        #expect(try fixture.contradictions() == [])
        // And it can be discarded once more.
        #expect(try fixture.discard(1, from: 200).readings.map(\.quality) == ["E"])
        #expect(try fixture.contradictions() == [])
        #expect(throws: QueryFailure.self) { try fixture.discard(1, from: 200) }
        #expect(throws: QueryFailure.self) { try fixture.discard(7, from: 200) }
    }

    @Test func aDeviceWhoseNewestWasDiscardedIsNotKnownToTheWindow() throws {
        let fixture = try HandFixture()
        let rows = (0..<3).map { reading(1, Int64($0) * 100, import: 1000 + Int64($0)) }
        try fixture.ingest.write(fixture.ingest.batch(staged: rows))
        try fixture.discard(1, from: 200)
        var batch = fixture.ingest.batch(staged: [rows[2]])
        batch.unknownDevices = [1]
        #expect(try fixture.ingest.write(batch).newestReadings.isEmpty)
        batch = fixture.ingest.batch(staged: [reading(1, 300)])
        batch.unknownDevices = [1]
        let newest = try fixture.ingest.write(batch).newestReadings[1]
        #expect(newest?.last.measuredAt == IngestFixture.epoch + 300_000_000)
        #expect(newest?.previous?.measuredAt == IngestFixture.epoch + 100_000_000)
    }

    @Test func whatTheyTouchedIsDueAgain() throws {
        let fixture = try HandFixture()
        try fixture.ingest.write(
            fixture.ingest.batch(
                staged: (0..<12).map { reading(1, Int64($0) * 100) }
                    + (0..<3).map { reading(3, Int64($0) * 900, interval: 900) }
            )
        )
        try fixture.ingest.sql.run("update energy.control set horizon = '2016-08-01 01:00Z'")
        try fixture.discard(1, from: 500, until: 700)
        try fixture.discard(3, from: 900)
        #expect(try fixture.ingest.marks() == ["1: 200..900", "3: 900..1799"])
        // By when it was done, not by when the readings came.
        let early =
            "select count(*) from energy.due_mark where received_at > now() - interval '1 hour' and received_at <= now()"
        #expect(try fixture.ingest.number(early) == 2)
        // A trial leaves nothing.
        let before = try fixture.table()
        #expect(try fixture.discard(1, from: 0, isTrial: true).readings.count == 1)
        #expect(try fixture.table() == before)
        #expect(try fixture.ingest.number("select count(*) from energy.reading_event") == 2)
        #expect(try fixture.contradictions() == [])
    }

    @Test func verifySeesWhatSomebodyDidPastTheBooks() throws {
        let fixture = try HandFixture()
        try fixture.ingest.write(
            fixture.ingest.batch(staged: [
                reading(1, 0), reading(1, 100), reading(3, 0, interval: 900), reading(3, 900, interval: 900),
            ])
        )
        try fixture.discard(1, from: 0)
        #expect(try fixture.contradictions() == [])
        func contradicts(_ change: String, _ part: String) throws {
            try fixture.ingest.sql.run("begin")
            defer { fixture.ingest.sql.rollback() }
            try fixture.ingest.sql.run(change)
            let row = try fixture.ingest.sql.query(
                "select string_agg(w, '; ') from (\(([BookCheck.discards, .readingRows, .knownDevices, .history]).map { "select * from (\($0.contradictions)) x" }.joined(separator: " union all "))) as t (w)"
            )
            #expect(row.text(0, 0)?.contains(part) == true, "\(change): \(row.text(0, 0) ?? "nothing")")
        }
        try contradicts(
            "delete from energy.reading_history where cause = 'discarded'",
            "discarded 1 rows of reading, but reading_history has 0"
        )
        try contradicts(
            "insert into energy.reading (measured_at, received_at, import_wh, device_id, quality) values ('2016-08-01Z', now(), 1, 1, 'M')",
            "telemetry has the place"
        )
        try contradicts("update energy.reading_event set kind = 'import'", "is no discard of it")
        try contradicts("delete from energy.interval_reading where interval_start = '2016-08-01Z'", "1 too few")
        try contradicts(
            """
            insert into energy.interval_reading (interval_start, received_at, import_wh, device_id, seconds, quality)
            values ('2016-08-01Z', now(), 1, 1, 900, 'M')
            """,
            "meter-1 reports registers, but has 1 readings in interval_reading"
        )
        try contradicts(
            """
            insert into energy.reading_history (device_id, measured_at, quality, flags, received_at, cause)
            values (1, '2016-08-01Z', 'M', 0, now(), 'replaced')
            """,
            "counts 0 replaced, reading_history has 1"
        )
    }
}
