import Foundation
import Ingestion
import PostgresStore
import Synchronization
import Testing

@Suite("Dead letter replay", .needsPostgres)
struct DeadLetterReplayTests {
    private let fixture: ReplayFixture
    private var sql: PostgresConnection { fixture.sql }

    init() throws { fixture = try ReplayFixture() }

    @Test func whatWasRefusedForItsDeviceComesBackWhenTheRegistryKnowsIt() throws {
        try fixture.write([
            fixture.letter(0, minutes: [0, 15]), fixture.letter(1, device: "other", minutes: [0]),
            fixture.letter(2, minutes: [30]),
        ])
        try fixture.replay().returnUnknownDevices(actor: "worker-1")
        #expect(try fixture.minutes() == [])
        try fixture.add("home")
        var told: [ReplaySummary] = []
        try fixture.replay().returnUnknownDevices(actor: "worker-1", tell: { summary, _ in told.append(summary) })
        #expect(told.map(\.resolved) == [2])
        #expect(told.first?.outcomes.accepted == 3)
        #expect(try fixture.minutes() == [0, 15, 30])
        #expect(
            try fixture.letters() == [
                "0/-1 unknown_device replayed 0", "1/-1 unknown_device - 0", "2/-1 unknown_device replayed 0",
            ]
        )
        // With the time at which the record came.
        let late = "select count(*) from energy.reading where received_at > '2016-08-02Z'"
        #expect(try fixture.stream.number(late) == 0)
        let event = try sql.query("select kind, relation, readings, letters, actor, reason from energy.reading_event")
        #expect(event.rowCount == 1)
        #expect(
            (0..<6).map { event.text(0, $0) } == [
                "replay", "reading", "3", "2", "worker-1", "the registry knows the device now",
            ]
        )
        let letter = try sql.query("select resolved_by, note from energy.dead_letter where record_offset = 0")
        #expect(letter.text(0, 0) == "worker-1" && letter.text(0, 1) == "the registry knows the device now")
        try fixture.verify()
    }

    @Test func aSecondReplayFindsNothingToDo() throws {
        try fixture.write([fixture.letter(0, minutes: [0, 15])])
        try fixture.add("home")
        #expect(try fixture.run().resolved == 1)
        #expect(try fixture.run() == ReplaySummary())
        #expect(try fixture.minutes() == [0, 15])
        try fixture.verify()
    }

    @Test func ofARecordThatWasTakenInPartOnlyTheRefusedReadingsAreTaken() throws {
        // Reading 0 was accepted when the record came, and has been discarded since: it must not come back.
        try fixture.add("home")
        try fixture.write([
            fixture.letter(0, minutes: [0, 15, 30], index: 1, reason: "bad_schema"),
            fixture.letter(0, minutes: [0, 15, 30], index: 2, reason: "bad_schema", holdsRecord: false),
        ])
        let summary = try fixture.run()
        #expect(summary.letters == 2 && summary.resolved == 2)
        #expect(try fixture.minutes() == [15, 30])
        try fixture.verify()
    }

    @Test func oneLetterOfARecordFindsThePayloadWithTheOther() throws {
        try fixture.add("home")
        try fixture.write([
            fixture.letter(0, minutes: [0, 15, 30], index: 1, reason: "bad_schema"),
            fixture.letter(0, minutes: [0, 15, 30], index: 2, reason: "bad_schema", holdsRecord: false),
        ])
        let id = try #require(DeadLetterID("telemetry/0/0/2"))
        #expect(try fixture.run(ReplayOrder(DeadLetterFilter(ids: [id]), reason: "test")).resolved == 1)
        #expect(try fixture.minutes() == [30])
        #expect(try fixture.run().resolved == 1)
        #expect(try fixture.minutes() == [15, 30])
    }

    @Test func whatIsRefusedAgainStaysWithItsNewReason() throws {
        try fixture.write([
            fixture.letter(0, minutes: [0], body: #"{"v":1,"t":7"#), fixture.letter(1, device: "no", minutes: [0]),
        ])
        try fixture.add("home")
        let summary = try fixture.run()
        #expect(summary.resolved == 0)
        #expect(summary.refusals == ["bad_json": 1, "unknown_device": 1])
        #expect(try fixture.letters() == ["0/-1 bad_json - 1", "1/-1 unknown_device - 1"])
        #expect(try fixture.stream.number("select count(*) from energy.reading_event") == 0)
        // The same registry is not asked again by itself.
        try fixture.add("no")
        try sql.run("update energy.dead_letter set tried_version = 2 where record_offset = 1")
        try fixture.replay().returnUnknownDevices(actor: "worker-1")
        #expect(try fixture.minutes() == [])
        try fixture.verify()
    }

    @Test func readingsOfARecordThatWasRefusedWholeGetLettersOfTheirOwn() throws {
        let time = IngestFixture.epoch / 1000
        let body = #"{"v":1,"readings":[{"t":\#(time),"import_wh":0},{"t":\#(time),"import_wh":-1}]}"#
        try fixture.write([fixture.letter(0, minutes: [0], body: body)])
        try fixture.add("home")
        let summary = try fixture.run()
        #expect(summary.letters == 1 && summary.resolved == 1 && summary.refusals == ["negative_value": 1])
        #expect(try fixture.letters() == ["0/-1 unknown_device replayed 0", "0/1 negative_value - 1"])
        try fixture.verify()
        // And that one can be replayed too.
        #expect(try fixture.run().refusals == ["negative_value": 1])
        #expect(try fixture.letters().last == "0/1 negative_value - 2")
        #expect(try fixture.minutes() == [0])
        let contents = try DeadLetterQuery(sql).content(of: try #require(DeadLetterID("telemetry/0/0/1")))
        #expect(contents.first?.payload == Array(body.utf8))
    }

    @Test func aDryRunSaysEverythingAndChangesNothing() throws {
        try fixture.write([fixture.letter(0, minutes: [0, 15]), fixture.letter(1, device: "no", minutes: [0])])
        try fixture.add("home")
        let before = try fixture.letters()
        var told: [ReplayedRecord] = []
        let order = ReplayOrder(DeadLetterFilter(), reason: "test", isDryRun: true)
        let summary = try fixture.replay().run(order, tell: { told.append($0) })
        #expect(summary.resolved == 1 && summary.outcomes.accepted == 2 && summary.refusals == ["unknown_device": 1])
        #expect(told.map(\.id.description) == ["telemetry/0/0", "telemetry/0/1"])
        #expect(try fixture.letters() == before)
        #expect(try fixture.minutes() == [])
        #expect(try fixture.stream.number("select reading_version from energy.control") == 0)
        #expect(try fixture.stream.number("select count(*) from energy.reading_event") == 0)
    }

    @Test func aReplayedReadingMeetsOthersAsAnyOther() throws {
        try fixture.add("home")
        // Stored since: the same, another that came earlier, and another that came later.
        var batch = fixture.stream.batch(staged: [
            reading(1, 0, import: 0), reading(1, 900, import: 5, received: 900),
            reading(1, 1800, import: 5, received: 90_000),
        ])
        batch.registryVersion = 1
        try fixture.stream.write(batch)
        try fixture.write([
            fixture.letter(3, minutes: [0], reason: "bad_schema"),
            fixture.letter(4, minutes: [15], reason: "bad_schema"),
            fixture.letter(5, minutes: [30], reason: "bad_schema"),
            fixture.letter(6, minutes: [45], reason: "bad_schema"),
        ])
        let summary = try fixture.run()
        var expected = OutcomeCounts()
        (expected.accepted, expected.duplicate, expected.replaced, expected.superseded) = (1, 1, 1, 1)
        #expect(summary.outcomes == expected)
        #expect(
            try fixture.stream.number("select import_wh from energy.reading where measured_at = '2016-08-01T00:30Z'")
                == 300
        )
        #expect(try fixture.stream.number("select reading_version from energy.control") == 1)
        try fixture.verify()
    }

    @Test func aFailureInBetweenLeavesNothing() throws {
        try fixture.write([fixture.letter(0, minutes: [0, 15])])
        try fixture.add("home")
        try sql.run(
            """
            create function fail() returns trigger language plpgsql as $$ begin raise exception using errcode = '58000'; end $$;
            create trigger fail before update on energy.dead_letter for each row execute function fail()
            """
        )
        #expect(throws: StoreFailure.self) { try fixture.run() }
        #expect(try fixture.minutes() == [])
        #expect(try fixture.stream.number("select count(*) from energy.reading_event") == 0)
        try sql.run("drop trigger fail on energy.dead_letter")
        try fixture.run()
        #expect(try fixture.minutes() == [0, 15])
        try fixture.verify()
    }

    @Test func aRowThatTheDatabaseRefusesDoesNotKeepTheOthersBack() throws {
        try fixture.write((0..<9).map { fixture.letter($0, minutes: [$0 * 15]) })
        try fixture.add("home")
        try sql.run("alter table energy.reading add check (import_wh <> 600)")
        let summary = try fixture.run()
        #expect(summary.resolved == 8)
        #expect(summary.refusals == ["database_refused": 1])
        #expect(try fixture.minutes() == [0, 15, 30, 45, 75, 90, 105, 120])
        #expect(try fixture.letters()[4] == "4/-1 database_refused - 1")
        try fixture.verify()
    }

    @Test func severalSessionsShareTheWork() throws {
        let count: Int64 = 900
        try fixture.write((0..<count).map { fixture.letter($0, minutes: [$0]) })
        try fixture.add("home")
        let url = fixture.stream.database.url
        let resolved = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: 3) { _ in
            do {
                let replay = DeadLetterReplay(
                    IngestStoreSettings(conninfo: url),
                    ingest: IngestSettings(owner: "test", topics: [])
                )
                try replay.returnUnknownDevices(
                    actor: "worker",
                    tell: { summary, _ in _ = resolved.add(summary.resolved, ordering: .relaxed) }
                )
            } catch {
                Issue.record(error)
            }
        }
        #expect(resolved.load(ordering: .relaxed) == Int(count))
        #expect(try fixture.minutes() == Array(0..<count))
        #expect(try fixture.stream.number("select sum(readings) from energy.reading_event") == count)
        try fixture.verify()
    }

    @Test func aLimitAndAFilterRestrict() throws {
        try fixture.write((0..<5).map { fixture.letter($0, minutes: [$0 * 15]) })
        try fixture.add("home")
        let first = ReplayOrder(DeadLetterFilter(), limit: 2, reason: "test")
        #expect(try fixture.run(first).letters == 2)
        #expect(try fixture.minutes() == [0, 15])
        let since = DeadLetterFilter(since: IngestFixture.epoch + 3600 * 1_000_000)
        #expect(try fixture.run(ReplayOrder(since, reason: "test")).letters == 1)
        #expect(try fixture.minutes() == [0, 15, 60])
    }

    // MARK: Beside running workers

    /// A batch that was decided by the old registry is under way when the registry is to change.
    ///
    /// The change waits for it, so that whoever looks for letters by the new version sees its letters. Later batches of the old version are
    /// not taken.
    @Test func nothingIsMissedThatIsInFlightWhenTheRegistryChanges() throws {
        let gate = "set lock_timeout = '50ms'; select pg_advisory_xact_lock(\(BatchGate.key))"
        let holder = BlockingSession(
            fixture.stream.database.url,
            "lock table energy.dead_letter_tally in exclusive mode",
            meanwhile: gate
        )
        try waitUntil("the table to be locked") { holder.hasBegun }
        try fixture.write([fixture.letter(0, minutes: [0])])
        #expect(holder.wasRefused, "the registry could change under a batch")
        let old = fixture.stream.batch(deadLetters: [fixture.letter(1, minutes: [15])])
        try fixture.add("home")
        #expect(failedAction { _ = try fixture.stream.store.write(old) } == .registryChanged)
        try fixture.replay().returnUnknownDevices(actor: "worker-1")
        #expect(try fixture.letters() == ["0/-1 unknown_device replayed 0"])
        #expect(try fixture.minutes() == [0])
    }

    /// A reading that comes back between a worker's decision and its commit: what the worker thinks of the device is not trusted, so that
    /// what it touches behind the horizon is marked.
    @Test func whatAWorkerRemembersIsNotTrustedPastAReplay() throws {
        try fixture.add("home")
        let stream = fixture.stream
        var first = stream.batch(staged: [0, 900, 1800].map { reading(1, $0, import: $0 / 6) })
        first.registryVersion = 1
        let receipt = try stream.write(first)
        try sql.run("update energy.control set horizon = '2016-08-01T00:20Z'")
        try fixture.write([fixture.letter(3, minutes: [35], reason: "bad_schema")])
        try fixture.run()
        try sql.run("delete from energy.due_mark")
        for (version, marks) in [(receipt.readingVersion, 1), (receipt.readingVersion + 1, 0)] {
            let minute: Int64 = version == receipt.readingVersion ? 45 : 60
            var batch = stream.batch(straight: [reading(1, minute * 60, import: minute * 10, previous: 1800)])
            batch.registryVersion = 1
            batch.readingVersion = version
            let receipt = try stream.write(batch)
            #expect(receipt.dueMarks == marks)
            #expect(receipt.readingVersion == 1)
            #expect(receipt.outcomes.accepted == 1)
        }
        try fixture.verify()
    }
}
