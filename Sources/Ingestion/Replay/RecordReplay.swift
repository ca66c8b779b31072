import MeterReadings

/// Takes refused records through the whole pipeline again: headers, identity, decoding, rules.
///
/// It is the ingest loop's own ``RecordIntake``, with a window that knows nothing, so that the database decides every reading; and each
/// record counts as a partition of its own, so that what becomes of it can be told from the others. A record's enqueued time is what it was
/// when it came, so rules about time say the same as then.
public struct RecordReplay: Sendable {
    private let settings: IngestSettings
    private let directory: DeviceDirectory

    /// A replay by one version of the registry.
    public init(settings: IngestSettings, directory: DirectorySnapshot) {
        self.settings = settings
        self.directory = DeviceDirectory(directory)
    }

    /// The version of the registry that it decides by.
    public var registryVersion: Int64 { directory.registryVersion }

    /// Decides what becomes of records.
    ///
    /// Of a record that was refused in part only the refused readings are taken: the others have been.
    ///
    /// - Parameter refusedByDatabase: the places in the list, with the SQLSTATE, of records whose rows the database refuses.
    public func decide(_ records: [StoredRecord], refusedByDatabase: [Int: String] = [:]) -> ReplayBatch {
        var intake = RecordIntake(settings: settings, directory: directory)
        for (index, state) in refusedByDatabase {
            let record = RecordIntake.RefusedRecord(
                partition: Self.place(index),
                incarnation: records[index].incarnation,
                offset: records[index].offset
            )
            intake.refusedByDatabase[record] = state
        }
        for (index, record) in records.enumerated() where record.value != nil {
            intake.wantedReadings = record.refused.contains(-1) ? nil : Set(record.refused)
            let assigned = AssignedPartition(
                partition: Self.place(index),
                incarnation: record.incarnation,
                epoch: 0,
                nextOffset: record.offset,
                committedOffset: record.offset
            )
            _ = intake.take(
                RecordOrigin(assignmentIndex: index, offset: record.offset, timestamp: record.timestamp),
                of: assigned,
                from: record,
                anchorHash: 0
            )
        }
        return result(of: intake.takeBatch(), records)
    }

    private func result(of taken: IngestBatch, _ records: [StoredRecord]) -> ReplayBatch {
        // The intake knows a record by the order in which it came; one without a value never came.
        let places = taken.partitions.map { Int($0.partition.partition) }
        var result = ReplayBatch(registryVersion: taken.registryVersion)
        result.readingDays = taken.readingDays
        result.intervalReadingDays = taken.intervalReadingDays
        result.rows = (taken.straight + taken.staged).map { row in
            var row = row
            row.partitionIndex = Int32(places[Int(row.partitionIndex)])
            return row
        }
        result.refusals = records.map { record in
            guard record.value == nil else { return [] }
            return record.refused.map {
                Self.refusal(.badSchema, at: $0, "its payload is not kept: it cannot be replayed")
            }
        }
        for letter in taken.deadLetters {
            result.refusals[places[Int(letter.partitionIndex)]].append(
                ReplayRefusal(readingIndex: letter.readingIndex, reason: letter.reason, detail: letter.detail)
            )
        }
        for (part, place) in zip(taken.partitions, places) {
            result.refusals[place] += missing(records[place], part, result.refusals[place])
        }
        return result
    }

    /// The readings that were refused and that the record does not have any more, because its device is read in another way now.
    private func missing(
        _ record: StoredRecord,
        _ part: PartitionProgress,
        _ refusals: [ReplayRefusal]
    ) -> [ReplayRefusal] {
        guard !record.refused.contains(-1), part.refusedRecords == 0, part.skippedRecords == 0 else { return [] }
        // Readings are numbered from 0: those that are missing are the last ones.
        return record.refused.sorted().dropFirst(Int(part.readings)).map {
            Self.refusal(.badSchema, at: $0, "as its device is read now the record has no reading at this place")
        }
    }

    private static func refusal(_ reason: RefusalReason, at index: Int32, _ detail: String) -> ReplayRefusal {
        ReplayRefusal(readingIndex: index, reason: reason.rawValue, detail: detail)
    }

    /// A name by which the intake tells one record from another.
    private static func place(_ index: Int) -> TopicPartition { TopicPartition(topic: "", partition: Int32(index)) }
}
