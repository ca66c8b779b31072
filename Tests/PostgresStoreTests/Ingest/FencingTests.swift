import Foundation
import Ingestion
import Testing

@testable import PostgresStore

@Suite("Fencing", .needsPostgres)
struct FencingTests {
    private static let first = TopicPartition(topic: "telemetry", partition: 0)

    @Test func whoWasTakenOverFromIsFencedAndKeepsTheOthers() throws {
        let fixture = try IngestFixture(partitions: 2)
        let other = fixture.otherStore()
        let taken = try other.takeOver(
            [TakeOverRequest(partition: Self.first, low: 0, firstStart: 0)],
            owner: "worker-2"
        )
        #expect(taken.first?.epoch == 2)
        let batch = fixture.batch(straight: [reading(1, 0, partition: 0), reading(2, 0, partition: 1)])
        #expect(failedAction { try fixture.write(batch) } == .fenced([Self.first]))
        #expect(try fixture.number("select count(*) from energy.reading") == 0)
        var own = batch
        own.partitions.removeFirst()
        own.straight = [reading(2, 0, partition: 0)]
        own.partitions[0].records = 1
        own.partitions[0].readings = 1
        _ = try fixture.store.write(own)
        #expect(try fixture.number("select sum(next_offset) from energy.stream_position") == 1)
        try fixture.checkBooks()
    }

    @Test func aMovedPositionIsNotWrittenOver() throws {
        let fixture = try IngestFixture()
        let batch = fixture.batch(straight: [reading(1, 0)])
        _ = try fixture.store.write(batch)
        #expect(failedAction { _ = try fixture.store.write(batch) } == .positionMoved)
        #expect(try fixture.number("select accepted from energy.ingest_batch") == 1)
    }

    @Test func anotherRegistryVersionOrIncarnationOrAHaltStopsABatch() throws {
        let fixture = try IngestFixture()
        try fixture.sql.run("update energy.control set registry_version = 7")
        var batch = fixture.batch(straight: [reading(1, 0)])
        #expect(failedAction { try fixture.write(batch) } == .registryChanged)
        batch.registryVersion = 7
        batch.partitions[0].incarnation = 1
        #expect(failedAction { try fixture.write(batch) } == .fenced([Self.first]))
        batch.partitions[0].incarnation = 0
        try fixture.takeOverAgain()
        batch.partitions[0].epoch = 2
        try fixture.store.halt(Self.first, epoch: 2, reason: "the topic was made anew")
        #expect(failedAction { try fixture.write(batch) } == .fenced([Self.first]))
        #expect(try fixture.number("select count(*) from energy.reading") == 0)
        #expect(try fixture.store.positions(ofTopics: ["telemetry"]).first?.haltReason == "the topic was made anew")
        try fixture.takeOverAgain()
        #expect(fixture.positions.first?.haltReason == "the topic was made anew")
        #expect(failedAction { try fixture.store.halt(Self.first, epoch: 2, reason: "late") } == .fenced([Self.first]))
    }

    @Test func aFirstStartIsWhereTheRequestSaysALaterPartitionBeginsAtItsLow() throws {
        let fixture = try IngestFixture()
        let requests = (0...2).map {
            TakeOverRequest(partition: TopicPartition(topic: "new", partition: $0), low: 5, firstStart: 100)
        }
        let taken = try fixture.store.takeOver(Array(requests[0...1].reversed()), owner: "w")
        #expect(taken.map(\.partition.partition) == [1, 0])
        #expect(taken.map(\.nextOffset) == [100, 100])
        #expect(taken.map(\.epoch) == [1, 1])
        try fixture.sql.run("update energy.stream_position set next_offset = 120 where topic = 'new' and partition = 0")
        #expect(try fixture.store.takeOver([requests[2]], owner: "w").first?.nextOffset == 5)
        #expect(try fixture.store.takeOver([requests[0]], owner: "w").first?.nextOffset == 120)
    }

    @Test func aTakenPositionTellsItsWatermarkAndAnchor() throws {
        let fixture = try IngestFixture()
        try fixture.write(fixture.batch(straight: [reading(1, 0, received: 77), reading(2, 0, received: 5)]))
        try fixture.takeOverAgain()
        let position = try #require(fixture.positions.first)
        #expect(position.epoch == 2 && position.nextOffset == 2 && position.anchorHash == 62)
        #expect(position.watermark == IngestFixture.epoch + 77_000_000)
        // The watermark never goes back.
        try fixture.write(fixture.batch(straight: [reading(3, 0, received: 6)]))
        try fixture.takeOverAgain()
        #expect(fixture.positions.first?.watermark == IngestFixture.epoch + 77_000_000)
    }

    @Test func aFrozenOwnerInMidCopyIsEnded() throws {
        let fixture = try IngestFixture()
        let frozen = try fixture.database.connect("frozen")
        try fixture.sql.run(
            """
            update energy.stream_position set (owner_pid, owner_backend_start)
                = (select pid, backend_start from pg_stat_activity where pid = \(frozen.backendPID))
            """
        )
        try frozen.run("begin; select * from energy.stream_position for update")
        try frozen.beginCopyIn("copy energy.due_mark from stdin (format binary)")
        let store = fixture.otherStore { $0.lockTimeout = .milliseconds(100) }
        let taken = try store.takeOver([TakeOverRequest(partition: Self.first, low: 0, firstStart: 0)], owner: "w")
        #expect(taken.first?.epoch == 2)
        #expect(try fixture.number("select count(*) from pg_stat_activity where pid = \(frozen.backendPID)") == 0)
    }

    @Test func aSessionThatIsNotTheRecordedOwnerIsLeftAlone() throws {
        let fixture = try IngestFixture()
        let operatorSession = try fixture.database.connect("operator")
        // The same process id, recycled: another start.
        try fixture.sql.run(
            "update energy.stream_position set owner_pid = \(operatorSession.backendPID), owner_backend_start = '2001-01-01'"
        )
        try operatorSession.run("begin; select * from energy.stream_position for update")
        let store = fixture.otherStore { $0.lockTimeout = .milliseconds(20) }
        let request = TakeOverRequest(partition: Self.first, low: 0, firstStart: 0)
        #expect(failedAction { _ = try store.takeOver([request], owner: "w") } == .retryNow)
        try operatorSession.run("rollback")
        #expect(try store.takeOver([request], owner: "w").first?.epoch == 2)
    }

    @Test func aConnectionLostInTheCommitLeavesTheOutcomeUnknown() throws {
        let fixture = try IngestFixture()
        try fixture.sql.run(
            """
            create function public.die() returns trigger language plpgsql as $$
            begin perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(10); return null; end $$;
            create constraint trigger die after insert on energy.due_mark deferrable initially deferred
                for each row execute function public.die();
            update energy.control set horizon = 'infinity'
            """
        )
        let batch = fixture.batch(straight: [reading(1, 0)])
        #expect(failedAction { try fixture.write(batch) } == .outcomeUnknown)
        // Nothing is written before the positions were taken over by the new connection.
        #expect(failedAction { try fixture.write(batch) } == .outcomeUnknown)
        _ = try fixture.store.positions(ofTopics: ["telemetry"])
        #expect(failedAction { try fixture.write(batch) } == .outcomeUnknown)
        try fixture.sql.run("drop trigger die on energy.due_mark")
        try fixture.takeOverAgain()
        try fixture.write(fixture.batch(straight: [reading(1, 0)]))
        try fixture.checkBooks()
    }

    @Test func aConnectionLostBeforeTheCommitIsTriedLater() throws {
        let fixture = try IngestFixture()
        try fixture.sql.run(
            """
            create function public.die() returns trigger language plpgsql as $$
            begin perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(10); return null; end $$;
            create trigger die before insert on energy.ingest_batch for each row execute function public.die()
            """
        )
        let batch = fixture.batch(straight: [reading(1, 0)])
        #expect(failedAction { try fixture.write(batch) } == .retryLater)
        #expect(failedAction { try fixture.write(batch) } == .outcomeUnknown)
        #expect(try fixture.number("select count(*) from energy.reading") == 0)
    }

    @Test func aBatchThatTakesTooLongIsGivenUp() throws {
        let fixture = try IngestFixture { url in
            var settings = IngestStoreSettings(conninfo: url)
            settings.transactionTimeout = .milliseconds(500)
            return PostgresIngestStore(settings)
        }
        let holder = try fixture.database.connect()
        try holder.run("begin; \(BatchGate.enterExclusively)")
        #expect(failedAction { try fixture.write(fixture.batch(straight: [reading(1, 0)])) } == .retryLater)
        #expect(failedAction { try fixture.write(fixture.batch(straight: [reading(1, 0)])) } == .outcomeUnknown)
    }

    @Test func aBatchWaitsAtTheGateAndSeesTheNewHorizon() throws {
        let fixture = try IngestFixture()
        let url = fixture.database.url
        Thread.detachNewThread {
            // Ends its transaction only when it sees the batch wait: whether it does is what the test is about.
            do {
                let settlement = try PostgresConnection(url, applicationName: "settlement")
                try settlement.run(
                    "begin; \(BatchGate.enterExclusively); update energy.control set horizon = 'infinity'"
                )
                try waitUntil("a batch at the gate") {
                    try settlement.query(
                        "select count(*) from pg_locks where locktype = 'advisory' and not granted and database = "
                            + "(select oid from pg_database where datname = current_database())"
                    ).int64(0, 0) == 1
                }
                try settlement.run("commit")
            } catch {
                Issue.record(error)
            }
        }
        try waitUntil("the gate to be closed") {
            try fixture.number(
                "select count(*) from pg_locks where locktype = 'advisory' and granted and mode = 'ExclusiveLock' and database = "
                    + "(select oid from pg_database where datname = current_database())"
            ) == 1
        }
        let receipt = try fixture.write(fixture.batch(straight: [reading(1, 900, previous: 0)]))
        #expect(receipt.dueMarks == 1)
        #expect(try fixture.marks() == ["1: 900..end"])
    }

    @Test func aLockedPositionIsTriedAgainNow() throws {
        let fixture = try IngestFixture { url in
            var settings = IngestStoreSettings(conninfo: url)
            settings.lockTimeout = .milliseconds(50)
            return PostgresIngestStore(settings)
        }
        let other = try fixture.database.connect()
        try other.run("begin; select * from energy.stream_position for update")
        #expect(failedAction { try fixture.write(fixture.batch(straight: [reading(1, 0)])) } == .retryNow)
        try other.run("rollback")
        try fixture.write(fixture.batch(straight: [reading(1, 0)]))
    }
}
