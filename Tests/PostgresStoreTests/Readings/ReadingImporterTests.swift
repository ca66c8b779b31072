import Ingestion
import MeterReadings
import ReadingImport
import Testing

@testable import PostgresStore

@Suite("Readings imported by hand", .needsPostgres)
struct ReadingImporterTests {
    @Test func theyTakeTheirPlacesBesideTelemetry() throws {
        let fixture = try HandFixture()
        try fixture.ingest.write(
            fixture.ingest.batch(staged: [
                reading(1, 0, import: 10), reading(1, 900, import: 20, quality: "E"), reading(1, 1800, import: 30),
                reading(1, 2700, import: 40), reading(3, 0, import: 1, export: 2, interval: 900),
            ])
        )
        let result = try fixture.importReadings([
            HandFixture.found(1, 0, import: 11), HandFixture.found(1, 900, import: 20, quality: .missing),
            HandFixture.found(1, 1800, import: 30), HandFixture.found(2, 0, import: 5),
            HandFixture.found(3, 0, import: 9),
            HandFixture.found(3, 900, import: 3),
        ])
        #expect(result.outcomes == [.replaced, .superseded, .duplicate, .accepted, .replaced, .accepted])
        #expect(result.refused.isEmpty && result.isWritten)
        let received = (IngestFixture.epoch + 1_000_000) / 1_000_000
        #expect(
            try fixture.table() == [
                "1@0 11 - M 8 0 by hand", "1@900 20 - E 0 0 \(received + 900).000000", "1@1800 30 - M 8 0 by hand",
                "1@2700 40 - M 0 0 \(received + 2700).000000", "2@0 5 - M 8 0 by hand", "3@0 9 7 M 8 900 by hand",
                "3@900 3 7 M 8 900 by hand",
            ]
        )
        let events = try fixture.ingest.sql.query(
            "select kind || ' ' || relation || ' ' || readings || ' ' || actor || ': ' || reason from energy.reading_event order by 1"
        )
        #expect(
            (0..<events.rowCount).map { events.text($0, 0) } == [
                "import interval_reading 1 Ada: the meter's own log", "import reading 1 Ada: the meter's own log",
            ]
        )
        // Workers have to forget what they know.
        #expect(try fixture.ingest.number("select registry_version from energy.control") == 1)
        #expect(try fixture.contradictions() == [])
        // What the stream brings again does not take the place back; what the file says again is nothing new.
        try fixture.ingest.write(fixture.ingest.batch(staged: [reading(1, 0, import: 10)]))
        #expect(try fixture.importReadings([HandFixture.found(1, 0, import: 11)]).outcomes == [.duplicate])
        // A later import goes before an earlier one.
        #expect(try fixture.importReadings([HandFixture.found(1, 0, import: 12)]).outcomes == [.replaced])
        #expect(try fixture.contradictions() == [])
        let said = try fixture.history(1).prefix(4)
        #expect(said.map(\.state) == [.stored, .replaced, .superseded, .replaced])
        #expect(said.map(\.importWh) == [12, 11, 10, 10])
        #expect(said.map { $0.broughtBy?.name } == ["Ada", "Ada", nil, nil])
        #expect(said.map { $0.endedBy?.reason } == [nil, "the meter's own log", nil, "the meter's own log"])
    }

    @Test func whatTheRegistryRefusesStopsAllUnlessItIsToBeSkipped() throws {
        let fixture = try HandFixture()
        let ahead = Int64(40 * 365 * 86_400)
        let readings = [
            HandFixture.found(1, 0), HandFixture.found(9, 1), HandFixture.found(1, ahead), HandFixture.found(3, 3),
            HandFixture.found(1, 4, import: 2_000_000_000_000),
            HandFixture.found(1, -IngestFixture.epoch / 1_000_000 - 5),
            FileReading(line: 6, device: "meter-3", reading: HandFixture.found(1, 0).reading),
            FileReading(line: 7, device: "meter-1", reading: HandFixture.found(3, 0).reading),
            FileReading(
                line: 8,
                device: "meter-1",
                reading: .init(measuredAt: IngestFixture.epoch, importWh: nil, exportWh: 4)
            ),
        ]
        let refused = try fixture.importReadings(readings)
        #expect(!refused.isWritten)
        #expect(
            refused.refused.map(\.line) == [1, Int(ahead), 3, 4, -Int(IngestFixture.epoch / 1_000_000) - 5, 6, 7, 8]
        )
        for (fault, part) in zip(
            refused.refused,
            [
                "no device meter-9", "in the future", "grid", "10^12", "before the year 1970",
                "intervals of 900 s, not registers",
                "registers, not intervals of 900 s", "import_wh",
            ]
        ) { #expect(fault.message.contains(part), "\(fault)") }
        #expect(try fixture.table() == [])
        #expect(try fixture.ingest.number("select count(*) from energy.reading_event") == 0)
        let skipped = try fixture.importReadings(readings, skip: true)
        #expect(skipped.outcomes == [.accepted] + Array(repeating: nil, count: 8))
        #expect(try fixture.table() == ["1@0 1000 - M 8 0 by hand"])
        #expect(try fixture.contradictions() == [])
    }

    @Test func aTrialSaysWhatWouldBeAndLeavesNothing() throws {
        let fixture = try HandFixture()
        try fixture.ingest.write(fixture.ingest.batch(staged: [reading(1, 0, import: 10)]))
        try fixture.ingest.sql.run(
            """
            insert into energy.community (code, name, time_zone) values ('crest', 'Crest', 'UTC');
            insert into energy.participation (device_id, community_id, valid_during) values (1, 1, '[2016-08-01Z,)');
            insert into energy.interval_status (community_id, interval_start, interval_end, final_at, expected, received, state)
                select 1, at, at + interval '1 hour', at, 1, 1, case when at < '2016-08-01 02:00Z' then 'final' else 'provisional' end
                from generate_series('2016-08-01Z'::timestamptz, '2016-08-01 09:00Z', '1 hour') at;
            update energy.control set horizon = '2016-08-01 10:00Z'
            """
        )
        let later = Int64(200 * 86_400)
        let trial = try fixture.importReadings(
            [HandFixture.found(1, 0, import: 11), HandFixture.found(1, later)],
            isTrial: true
        )
        #expect(trial.outcomes == [.replaced, .accepted])
        #expect(trial.dueAgain == [DueIntervals(community: "crest", intervals: 10, finalIntervals: 2)])
        #expect(try fixture.table().count == 1)
        for table in ["reading_event", "reading_history", "due_mark"] {
            #expect(try fixture.ingest.number("select count(*) from energy.\(table)") == 0)
        }
        #expect(try fixture.ingest.number("select count(*) from pg_class where relname = 'reading_201702'") == 0)
        #expect(try fixture.ingest.number("select registry_version from energy.control") == 0)
        // And then it is so.
        #expect(
            try fixture.importReadings([HandFixture.found(1, 0, import: 11), HandFixture.found(1, later)]).outcomes
                == trial.outcomes
        )
        #expect(try fixture.ingest.marks() == ["1: 0..end"])
    }

    /// The first of a meter touches all that follows: the meter is expected, and missing, from then on.
    ///
    /// Later ones touch themselves.
    @Test func anIntervalTouchesItself() throws {
        let fixture = try HandFixture()
        try fixture.ingest.sql.run("update energy.control set horizon = '2016-08-01 01:00Z'")
        try fixture.importReadings([
            HandFixture.found(3, 900), HandFixture.found(3, 1800), HandFixture.found(3, 7200),
            HandFixture.found(3, 2700, quality: .faulty),
        ])
        #expect(try fixture.ingest.marks() == ["3: 900..end"])
        try fixture.ingest.sql.run("delete from energy.due_mark")
        try fixture.importReadings([HandFixture.found(3, 3600), HandFixture.found(3, 2700)])
        #expect(try fixture.ingest.marks() == ["3: 2700..3599"])
    }

    @Test func whatRetentionSealedIsRefusedByName() throws {
        let fixture = try HandFixture()
        let day: Int64 = 86_400
        try fixture.ingest.write(fixture.ingest.batch(staged: [reading(1, 0), reading(1, 40 * day)]))
        let august = Int32(IngestFixture.epoch / IngestFixture.day)
        _ = try PartitionMaintenance(fixture.ingest.sql, width: .month).drop(
            .reading,
            before: august + 31,
            reason: "old"
        )
        let result = try fixture.importReadings([
            HandFixture.found(1, 0), HandFixture.found(1, 32 * day), HandFixture.found(1, 33 * day),
        ])
        #expect(result.refused.map(\.line) == [0, Int(32 * day)])
        #expect(
            result.refused.allSatisfy { $0.message.contains("2016-09-03T00:00:00Z: what was settled there is sealed") }
        )
        #expect(throws: QueryFailure.self) { try fixture.discard(1, from: 0, until: 50 * day) }
    }

    @Test func nobodyAndNoReasonAreRefused() throws {
        let fixture = try HandFixture()
        let importer = ReadingImporter(fixture.ingest.sql, width: .month)
        #expect(throws: QueryFailure.self) { try importer.run(ImportRequest(readings: [], author: " ", reason: "r")) }
        #expect(throws: QueryFailure.self) { try importer.run(ImportRequest(readings: [], author: "a", reason: "\n")) }
    }
}
