import Foundation
import Ingestion
import Synchronization
import Testing

@testable import PostgresStore

@Suite("Outcomes", .needsPostgres)
struct OutcomeTests {
    /// Few devices, times and values, so that everything collides.
    private static func randomRows(_ count: Int, _ random: inout SeededGenerator) -> [ReadingRow] {
        (0..<count).map { _ in
            let importWh: Int64 = [-1, 1000, 1001].randomElement(using: &random) ?? -1
            let exportWh: Int64 = importWh < 0 ? 5 : [-1, 5, 6].randomElement(using: &random) ?? -1
            return reading(
                .random(in: 1...3, using: &random),
                .random(in: 0...5, using: &random) * 900,
                import: importWh,
                export: exportWh,
                quality: ["M", "M", "S", "E", "F", "N"].randomElement(using: &random) ?? "M",
                received: .random(in: 10_000...10_003, using: &random),
                partition: .random(in: 0...1, using: &random),
                flags: .random(in: 0...1, using: &random)
            )
        }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func randomBatchesEndAsTheReferenceInAnyOrder(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let rows = Self.randomRows(60, &random)
        var finals: Set<[String]> = []
        for _ in 0..<3 {
            let fixture = try IngestFixture(partitions: 2)
            var reference = ReferenceStore()
            var newest: [Int32: Int64] = [:]
            var left = rows.shuffled(using: &random)[...]
            while !left.isEmpty {
                let part = Array(left.prefix(.random(in: 1...25, using: &random)))
                left = left.dropFirst(part.count)
                // As the loop does it: what is newer than its device's newest goes straight, once the device is known.
                var straight: [ReadingRow] = []
                var staged: [ReadingRow] = []
                for var row in part {
                    if let last = newest[row.deviceID], last < row.measuredAt {
                        row.previousAt = last
                        straight.append(row)
                    } else {
                        staged.append(row)
                    }
                    newest[row.deviceID] = max(newest[row.deviceID] ?? .min, row.measuredAt)
                }
                // Straight rows take their places before the staged ones are compared.
                var expected = reference.write(straight)
                let more = reference.write(staged)
                expected.accepted += more.accepted
                expected.duplicate += more.duplicate
                expected.replaced += more.replaced
                expected.superseded += more.superseded
                let receipt = try fixture.write(fixture.batch(straight: straight, staged: staged))
                #expect(receipt.outcomes == expected)
                try fixture.checkBooks()
            }
            #expect(try fixture.readings() == reference.lines)
            #expect(try fixture.number("select count(*) from energy.reading_history") == Int64(reference.history))
            finals.insert(try fixture.readings())
        }
        #expect(finals.count == 1, "the order of arrival changed the readings")
    }

    @Test func workersThatWriteTheSameDevicesAtOnceEndAsTheReference() throws {
        let fixture = try IngestFixture()
        var random = SeededGenerator(seed: 11)
        var reference = ReferenceStore()
        let url = fixture.database.url
        let finished = Counter()
        let workers = 3
        for worker in 0..<workers {
            var rows = Self.randomRows(200, &random)
            for index in rows.indices { rows[index].partitionIndex = 0 }
            _ = reference.write(rows)
            let mine = rows
            Thread.detachNewThread {
                do { try Self.write(mine, inBatchesOf: 10, topic: "topic-\(worker)", url) } catch {
                    Issue.record(error)
                }
                finished.value.add(1, ordering: .relaxed)
            }
        }
        try waitUntil("the workers") { finished.value.load(ordering: .relaxed) == workers }
        #expect(try fixture.readings() == reference.lines)
        let sums = "select sum(readings), sum(accepted), sum(replaced + superseded) from energy.ingest_batch"
        let row = try fixture.sql.query(sums)
        #expect(row.int64(0, 0) == 600)
        #expect(try fixture.number("select count(*) from energy.reading") == row.int64(0, 1))
        #expect(try fixture.number("select count(*) from energy.reading_history") == row.int64(0, 2))
        try fixture.checkBooks()
    }

    @Test func aRowIsComparedWithWhatAnotherSessionIsJustWriting() throws {
        let fixture = try IngestFixture()
        try fixture.write(fixture.batch(staged: [reading(1, 0, import: 500, received: 100)]))
        // The batch's row is better than what was there, and worse than what will be.
        let other = BlockingSession(
            fixture.database.url,
            "update energy.reading set import_wh = 400, received_at = '2016-08-01 00:00:10Z'"
        )
        try waitUntil("the other session's update") { other.hasBegun }
        #expect(
            try fixture.write(fixture.batch(staged: [reading(1, 0, import: 440, received: 40)])).outcomes.superseded
                == 1
        )
        #expect(try fixture.number("select import_wh from energy.reading") == 400)
        try fixture.checkBooks()
    }

    @Test func aRowThatWasComparedCannotChangeBeforeTheBatchIsDone() throws {
        let fixture = try IngestFixture()
        try fixture.write(fixture.batch(staged: [reading(1, 0, import: 500, received: 100)]))
        // Stops the batch after it compared, where it writes the history; then somebody else tries to change the row.
        let other = BlockingSession(
            fixture.database.url,
            "lock table energy.reading_history in share mode",
            meanwhile: "set lock_timeout = '100ms'; update energy.reading set import_wh = 1"
        )
        try waitUntil("the lock") { other.hasBegun }
        #expect(
            try fixture.write(fixture.batch(staged: [reading(1, 0, import: 440, received: 40)])).outcomes.replaced == 1
        )
        #expect(other.wasRefused)
        #expect(try fixture.number("select import_wh from energy.reading") == 440)
        try fixture.checkBooks()
    }

    /// A worker in little: half of each batch straight, whatever is there, and again what a lock or a deadlock stopped.
    private static func write(_ rows: [ReadingRow], inBatchesOf size: Int, topic: String, _ url: String) throws {
        let store = PostgresIngestStore(IngestStoreSettings(conninfo: url))
        let request = TakeOverRequest(partition: TopicPartition(topic: topic, partition: 0), low: 0, firstStart: 0)
        let position = try #require(try store.takeOver([request], owner: topic).first)
        for start in stride(from: 0, to: rows.count, by: size) {
            var batch = IngestBatch(registryVersion: 0)
            var progress = PartitionProgress(
                partition: position.partition,
                incarnation: 0,
                epoch: position.epoch,
                firstOffset: Int64(start),
                watermark: nil
            )
            progress.nextOffset += Int64(size)
            progress.records = Int64(size)
            progress.readings = Int64(size)
            batch.partitions = [progress]
            let part = rows[start..<start + size]
            batch.straight = Array(part.prefix(size / 2))
            batch.staged = Array(part.dropFirst(size / 2))
            batch.readingDays = [Int32(IngestFixture.epoch / IngestFixture.day)]
            var isWritten = false
            while !isWritten {
                do throws(StoreFailure) {
                    _ = try store.write(batch)
                    isWritten = true
                } catch {
                    if error.action != .retryNow { throw error }
                }
            }
        }
    }

    @Test func countsAreKeptPerPartition() throws {
        let fixture = try IngestFixture(partitions: 2)
        try fixture.write(
            fixture.batch(
                straight: [reading(1, 0, partition: 0)],
                staged: [
                    reading(2, 0, partition: 1), reading(2, 0, partition: 1), reading(2, 0, import: 999, partition: 0),
                ]
            )
        )
        let rows = try fixture.sql.query(
            "select accepted, duplicate, replaced, superseded, readings from energy.ingest_batch order by partition"
        )
        #expect((0..<5).map { rows.int64(0, $0) } == [2, 0, 0, 0, 2])
        // The better one (same quality and time of receipt, smaller import) came through the other partition.
        #expect((0..<5).map { rows.int64(1, $0) } == [0, 0, 0, 2, 2])
        try fixture.checkBooks()
    }

    @Test func aStraightRowThatCollidesSendsAllThroughStaging() throws {
        let fixture = try IngestFixture()
        try fixture.write(fixture.batch(staged: [reading(1, 0), reading(1, 900, import: 1100)]))
        let receipt = try fixture.write(
            fixture.batch(
                straight: [reading(1, 900, import: 1100, previous: 0), reading(1, 1800, import: 1200, previous: 900)],
                staged: [reading(2, 0)]
            )
        )
        #expect(receipt.outcomes.accepted == 2 && receipt.outcomes.duplicate == 1)
        #expect(try fixture.number("select count(*) from energy.reading") == 4)
        try fixture.checkBooks()
    }

    @Test func missingPartitionsAreMadeEvenIfTheStoreThoughtTheyWereThere() throws {
        let fixture = try IngestFixture()
        try fixture.write(fixture.batch(staged: [reading(1, 0)]))
        try fixture.sql.run("drop table energy.reading_201608")
        try fixture.write(fixture.batch(straight: [reading(1, 900, previous: 0)]))
        #expect(try fixture.number("select count(*) from energy.reading") == 1)
        // A batch that does not name its days gets them too, or a clear answer.
        var wrong = fixture.batch(straight: [reading(1, 40 * 86_400, previous: 900)])
        wrong.readingDays = []
        #expect(failedAction { _ = try fixture.store.write(wrong) } != nil)
    }

    @Test func theBooksMustBalance() throws {
        let fixture = try IngestFixture()
        var batch = fixture.batch(straight: [reading(1, 0)])
        batch.partitions[0].readings += 1
        #expect(failedAction { try fixture.write(batch) } == .halt)
        #expect(try fixture.number("select count(*) from energy.reading") == 0)
        batch.partitions[0].readings += 2
        batch.partitions[0].duplicates = 1
        batch.partitions[0].rejected = 2
        try fixture.write(batch)
        let row = try fixture.sql.query("select readings, accepted, duplicate, rejected from energy.ingest_batch")
        #expect((0..<4).map { row.int64(0, $0) } == [4, 1, 1, 2])
    }

    @Test func dataThatTheDatabaseRefusesIsTheRecordsFault() throws {
        let fixture = try IngestFixture()
        #expect(
            failedAction { try fixture.write(fixture.batch(straight: [reading(1, 0, import: 2_000_000_000_000)])) }
                == .dataRefused
        )
        #expect(
            failedAction { try fixture.write(fixture.batch(staged: [reading(1, 0, quality: "X")])) } == .dataRefused
        )
        try fixture.write(fixture.batch(straight: [reading(1, 0)]))
        try fixture.checkBooks()
    }
}
