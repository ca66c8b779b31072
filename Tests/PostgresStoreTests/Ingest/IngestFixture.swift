import Ingestion
import PostgresStore
import Testing

/// A migrated database with one topic, and what the ingest loop would do around the store, in little.
final class IngestFixture {
    static let day: Int64 = 86_400_000_000
    /// 2016-08-01T00:00:00Z.
    static let epoch: Int64 = 1_470_009_600_000_000

    let database: TestDatabase
    let sql: PostgresConnection
    let store: PostgresIngestStore
    private(set) var positions: [TakenPosition] = []
    /// The registry's version that batches are decided by.
    var registryVersion: Int64 = 0

    init(
        partitions: Int32 = 1,
        store makeStore: (String) -> PostgresIngestStore = { PostgresIngestStore(IngestStoreSettings(conninfo: $0)) }
    ) throws {
        database = try TestDatabase.migrated()
        sql = try database.connect()
        store = makeStore(database.url)
        positions = try store.takeOver(
            (0..<partitions).map {
                TakeOverRequest(partition: TopicPartition(topic: "telemetry", partition: $0), low: 0, firstStart: 0)
            },
            owner: "worker-1"
        )
    }

    /// Another store on the same database.
    func otherStore(_ change: (inout IngestStoreSettings) -> Void = { _ in }) -> PostgresIngestStore {
        var settings = IngestStoreSettings(conninfo: database.url)
        change(&settings)
        return PostgresIngestStore(settings)
    }

    /// A batch with one record per reading, each in its row's partition.
    func batch(straight: [ReadingRow] = [], staged: [ReadingRow] = [], deadLetters: [DeadLetterRow] = []) -> IngestBatch
    {
        var batch = IngestBatch(registryVersion: registryVersion)
        for position in positions {
            var progress = PartitionProgress(
                partition: position.partition,
                incarnation: position.incarnation,
                epoch: position.epoch,
                firstOffset: position.nextOffset,
                watermark: position.watermark
            )
            let index = Int32(batch.partitions.count)
            let rows = (straight + staged).filter { $0.partitionIndex == index }
            let letters = deadLetters.filter { $0.partitionIndex == index }
            progress.records = Int64(rows.count + letters.count)
            progress.readings = Int64(rows.count)
            progress.refusedRecords = Int64(letters.count)
            progress.nextOffset += max(progress.records, 1)
            progress.watermark = rows.map(\.receivedAt).max()
            progress.anchorHash = progress.nextOffset * 31
            batch.partitions.append(progress)
        }
        batch.straight = straight
        batch.staged = staged
        batch.deadLetters = deadLetters
        let rows = straight + staged
        batch.readingDays = Set(rows.filter { $0.intervalSeconds == 0 }.map { Int32($0.measuredAt / Self.day) })
        batch.intervalReadingDays = Set(rows.filter { $0.intervalSeconds > 0 }.map { Int32($0.measuredAt / Self.day) })
        batch.deadLetterDays = Set(deadLetters.map { Int32($0.receivedAt / Self.day) })
        return batch
    }

    /// Writes a batch and remembers the positions as the loop does.
    @discardableResult
    func write(_ batch: IngestBatch) throws -> CommitReceipt {
        let receipt = try store.write(batch)
        for (index, progress) in batch.partitions.enumerated() { positions[index].nextOffset = progress.nextOffset }
        return receipt
    }

    /// Takes everything over anew, after the connection was lost.
    func takeOverAgain() throws {
        positions = try store.takeOver(
            positions.map { TakeOverRequest(partition: $0.partition, low: 0, firstStart: 0) },
            owner: "worker-1"
        )
    }

    /// One number from the database.
    func number(_ query: String) throws -> Int64? { try sql.query(query).int64(0, 0) }

    /// All readings, in order, as text.
    func readings() throws -> [String] {
        let rows = try sql.query(
            """
            select device_id || '@' || \(PostgresTimestamp.sql("measured_at")) || ' ' || coalesce(import_wh::text, '-') || ' '
                   || coalesce(export_wh::text, '-') || ' ' || quality::text || ' ' || \(PostgresTimestamp.sql("received_at")) || ' ' || flags
            from energy.reading order by device_id, measured_at
            """
        )
        return (0..<rows.rowCount).compactMap { rows.text($0, 0) }
    }

    /// The marks, in order, in seconds since ``epoch``; an open end is "end".
    func marks() throws -> [String] {
        let rows = try sql.query(
            """
            select device_id, \(PostgresTimestamp.sql("from_at")), \(PostgresTimestamp.sql("until_at"))
            from energy.due_mark order by 1, 2, 3
            """
        )
        return (0..<rows.rowCount).map { row in
            let from = ((rows.int64(row, 1) ?? 0) - Self.epoch) / 1_000_000
            let until = rows.int64(row, 2) ?? 0
            return
                "\(rows.int32(row, 0) ?? 0): \(from)..\(until == .max ? "end" : String((until - Self.epoch) / 1_000_000))"
        }
    }

    /// What must hold after every batch: outcomes add up, the ledger is contiguous and ends at the position, rows are what was accepted.
    func checkBooks(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let unbalanced = try number(
            """
            select count(*) from energy.ingest_batch
            where readings <> accepted + duplicate + replaced + superseded + rejected
            """
        )
        #expect(unbalanced == 0, sourceLocation: sourceLocation)
        #expect(
            try number("select (select count(*) from energy.reading) + (select count(*) from energy.interval_reading)")
                == number("select coalesce(sum(accepted), 0) from energy.ingest_batch"),
            sourceLocation: sourceLocation
        )
        #expect(
            try number("select count(*) from energy.reading_history")
                == number("select coalesce(sum(replaced + superseded), 0) from energy.ingest_batch"),
            sourceLocation: sourceLocation
        )
        let holes = try number(
            """
            select count(*) from (
                select p.first_offset, p.next_offset, l.first_offset as f,
                       lag(l.last_offset + 1, 1, p.first_offset) over (partition by topic, partition order by l.first_offset) as e,
                       lead(l.first_offset, 1, p.next_offset) over (partition by topic, partition order by l.first_offset) as n,
                       l.last_offset + 1 as x
                from energy.stream_position p join energy.ingest_batch l using (topic, partition, incarnation)
            ) t where f <> e or x <> n
            """
        )
        #expect(holes == 0, sourceLocation: sourceLocation)
    }
}

/// A reading of a device, `seconds` after ``IngestFixture/epoch``, received a second later unless said otherwise.
func reading(
    _ device: Int32,
    _ seconds: Int64,
    import importWh: Int64 = 1000,
    export exportWh: Int64 = -1,
    quality: Character = "M",
    received: Int64? = nil,
    previous: Int64? = nil,
    partition: Int32 = 0,
    flags: Int16 = 0,
    interval intervalSeconds: Int32 = 0
) -> ReadingRow {
    ReadingRow(
        deviceID: device,
        measuredAt: IngestFixture.epoch + seconds * 1_000_000,
        importWh: importWh,
        exportWh: exportWh,
        quality: quality.asciiValue ?? 0,
        flags: flags,
        receivedAt: IngestFixture.epoch + (received ?? seconds + 1) * 1_000_000,
        previousAt: previous.map { IngestFixture.epoch + $0 * 1_000_000 } ?? .min,
        partitionIndex: partition,
        intervalSeconds: intervalSeconds
    )
}

/// Runs a body that must fail with a ``StoreFailure``, and gives what the loop is to do.
func failedAction(
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) -> StoreFailure.Action? {
    #expect(throws: StoreFailure.self, sourceLocation: sourceLocation) { try body() }?.action
}
