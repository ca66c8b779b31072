internal import Ingestion

/// Writes one batch in one transaction.
///
/// It keeps nothing between batches but its buffer.
///
/// Round trips: one for BEGIN, positions, gate and control; two per COPY that has rows; one for the staged rows
/// (``ReadingPlacement``); one for ledger and positions; one for COMMIT. However many partitions and devices there are.
final class BatchWriter {
    private let settings: IngestStoreSettings
    /// What ``copyStraight(_:_:)`` and its like encode their rows in.
    var buffer = CopyBuffer(capacity: 1 << 20)

    init(_ settings: IngestStoreSettings) { self.settings = settings }

    /// Writes and commits.
    ///
    /// - Parameter isAllStaged: whether straight rows are staged too, because one of them met another of its device and time.
    func write(
        _ batch: IngestBatch,
        isAllStaged: Bool,
        _ placement: ReadingPlacement
    ) throws(BatchFailure) -> CommitReceipt {
        let connection = placement.connection
        let (horizon, readingVersion) = try open(batch, connection)
        // The worker's memory of stored readings is older than a change by hand: its word for what is straight counts no more.
        let isAllStaged = isAllStaged || batch.readingVersion.map { $0 != readingVersion } ?? false
        // What reaches behind the horizon is staged, where marks come from the neighbours that are stored: the window's word for the reading
        // before is this worker's alone, and another may have brought readings of the same device from another partition.
        let reachesBack = { (row: ReadingRow) in isAllStaged || row.previousAt < horizon }
        let staged = batch.straight.filter(reachesBack) + batch.staged
        let straight = staged.count == batch.staged.count ? batch.straight : batch.straight.filter { !reachesBack($0) }
        var outcomes = [OutcomeCounts](repeating: OutcomeCounts(), count: batch.partitions.count)
        var receipt = CommitReceipt(readingVersion: readingVersion)

        try Self.during(.straight) { () throws(PostgresError) in try copyStraight(straight, connection) }
        for row in straight { outcomes[Int(row.partitionIndex)].accepted += 1 }
        let placed = try Self.during(.inner) { () throws(PostgresError) in
            try placement.place(staged, groups: outcomes.count, behind: horizon)
        }
        for index in outcomes.indices { outcomes[index].add(placed.outcomes[index]) }
        receipt.dueMarks = placed.dueMarks
        try Self.during(.inner) { () throws(PostgresError) in
            receipt.newestReadings = try newestReadings(of: batch.unknownDevices.sorted(), connection)
            receipt.droppedLetters = try keepDeadLetters(batch, settings.deadLetters, connection)
        }
        try advance(batch, outcomes, connection)
        try Self.during(.commit) { () throws(PostgresError) in try connection.commit() }

        for counts in outcomes { receipt.outcomes.add(counts) }
        return receipt
    }

    // MARK: Begin

    /// Begins, locks the positions and compares them, enters the gate and compares the registry's version; gives the horizon and the
    /// version of the stored readings.
    private func open(
        _ batch: IngestBatch,
        _ connection: PostgresConnection
    ) throws(BatchFailure) -> (horizon: Int64, readingVersion: Int64) {
        let topics = SQLText.array(batch.partitions.map { $0.partition.topic })
        let numbers = SQLText.array(batch.partitions.map { $0.partition.partition })
        let results = try Self.during(.opening) { () throws(PostgresError) in
            try connection.runAll(
                """
                begin;
                select p.topic, p.partition, p.incarnation, p.epoch, p.next_offset, p.state
                from energy.stream_position p
                join unnest(\(topics), \(numbers)) as b(topic, partition) on p.topic = b.topic and p.partition = b.partition
                order by p.topic collate "C", p.partition for update of p;
                set local lock_timeout = \(SQLText.milliseconds(settings.gateTimeout));
                \(BatchGate.enterShared);
                set local lock_timeout = \(SQLText.milliseconds(settings.lockTimeout));
                select registry_version, \(PostgresTimestamp.sql("horizon")), reading_version from energy.control
                """
            )
        }
        guard results.count == 6, results[5].rowCount == 1, let horizon = results[5].int64(0, 1) else {
            throw .refused(StoreFailure(.halt, "energy.control has no row: the schema is damaged"))
        }
        if let failure = PositionFence.refusal(of: batch.partitions, at: Self.lockedPositions(results[1])) {
            throw .refused(failure)
        }
        let version = results[5].int64(0, 0)
        guard version == batch.registryVersion else {
            throw .refused(
                StoreFailure(
                    .registryChanged,
                    "the registry is at version \(version ?? -1), the batch was decided by version \(batch.registryVersion)"
                )
            )
        }
        return (horizon, results[5].int64(0, 2) ?? 0)
    }

    /// The positions' rows as they stand under the lock.
    private static func lockedPositions(_ rows: PostgresResult) -> [TopicPartition: LockedPosition] {
        var found: [TopicPartition: LockedPosition] = [:]
        for row in 0..<rows.rowCount {
            guard let topic = rows.text(row, 0), let partition = rows.int32(row, 1),
                let incarnation = rows.int32(row, 2), let epoch = rows.int64(row, 3),
                let nextOffset = rows.int64(row, 4)
            else { continue }
            found[TopicPartition(topic: topic, partition: partition)] = LockedPosition(
                incarnation: incarnation,
                epoch: epoch,
                nextOffset: nextOffset,
                isRunning: rows.text(row, 5) == "running"
            )
        }
        return found
    }

    // MARK: Answers

    /// The newest stored readings of each device, two at most.
    private func newestReadings(
        of devices: [Int32],
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [Int32: NewestReadings] {
        if devices.isEmpty { return [:] }
        var readings: [Int32: NewestReadings] = [:]
        let rows = try connection.query(NewestReadingsSQL.newest(of: devices))
        for row in 0..<rows.rowCount {
            guard let device = rows.int32(row, 0), let measuredAt = rows.int64(row, 1),
                let receivedAt = rows.int64(row, 2), let letter = rows.text(row, 5)?.utf8.first
            else { continue }
            let reading = LastReading(
                measuredAt: measuredAt,
                receivedAt: receivedAt,
                importWh: rows.int64(row, 3) ?? -1,
                exportWh: rows.int64(row, 4) ?? -1,
                quality: letter
            )
            if readings[device] == nil {
                readings[device] = NewestReadings(last: reading)
            } else {
                readings[device]?.previous = reading
            }
        }
        return readings
    }

    // MARK: End

    /// Writes the ledger and moves the positions.
    private func advance(
        _ batch: IngestBatch,
        _ outcomes: [OutcomeCounts],
        _ connection: PostgresConnection
    ) throws(BatchFailure) {
        let parts = Array(zip(batch.partitions, outcomes))
        for (progress, counts) in parts {
            let found = counts.accepted + progress.duplicates + counts.duplicate + counts.replaced + counts.superseded
            guard progress.readings == found + progress.rejected else {
                throw .refused(
                    StoreFailure(
                        .halt,
                        """
                        the books of \(progress.partition) do not balance: \(progress.readings) readings, but \
                        \(found + progress.rejected) outcomes; nothing was written. This is a fault of wattsource: please report it
                        """
                    )
                )
            }
        }
        let parameters: [PostgresParameter] = [
            .textArray(parts.map { $0.0.partition.topic }),
            .int32Array(parts.map { $0.0.partition.partition }),
            .int32Array(parts.map { $0.0.incarnation }),
            .int64Array(parts.map { $0.0.epoch }),
            .int64Array(parts.map { $0.0.firstOffset }),
            .int64Array(parts.map { $0.0.nextOffset }),
            .int64Array(parts.map { $0.0.records }),
            .int64Array(parts.map { $0.0.skippedRecords }),
            .int64Array(parts.map { $0.0.refusedRecords }),
            .int64Array(parts.map { $0.0.readings }),
            .int64Array(parts.map { $0.1.accepted }),
            .int64Array(parts.map { $0.0.duplicates + $0.1.duplicate }),
            .int64Array(parts.map { $0.1.replaced }),
            .int64Array(parts.map { $0.1.superseded }),
            .int64Array(parts.map { $0.0.rejected }),
            .timestampArray(parts.map { $0.0.watermark }),
            .int64Array(parts.map { $0.0.anchorHash }),
        ]
        let result = try Self.during(.inner) { () throws(PostgresError) in
            try connection.query(AdvanceSQL.statement, parameters)
        }
        guard result.int64(0, 0) == result.int64(0, 1), result.int64(0, 2) == Int64(parts.count) else {
            throw .refused(
                StoreFailure(.halt, "the ledger or the positions did not take the batch; nothing was written")
            )
        }
    }

    /// Runs a part of the transaction, and says of an error where it happened.
    static func during<Result>(
        _ phase: BatchFailure.Phase,
        _ part: () throws(PostgresError) -> Result
    ) throws(BatchFailure) -> Result {
        do { return try part() } catch { throw .database(error, phase) }
    }
}
