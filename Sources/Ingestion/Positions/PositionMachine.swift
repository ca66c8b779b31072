/// Where this worker stands in each of its partitions, and what has to happen when something does: events in, actions out.
///
/// A pure value: no I/O, no clock, no randomness, so that it can be tested and simulated whole. Its principle is that the database
/// alone knows positions. Whatever goes wrong with a batch - a lost connection, an unknown commit, another owner, a new registry -
/// has one answer: drop all work, take the partitions over again, read on from what the database says. Kafka still has the records.
///
/// ```
/// assigned ──► take over ──► read on ──► batch ──► committed
///                  ▲             │          │
///                  └── failed ◄──┴──────────┘      revoked, lost: drop work, unassign
/// ```
struct PositionMachine: Sendable {
    /// The partitions that are being read, in the order given to the source: a record's `assignmentIndex` counts here.
    private(set) var partitions: [AssignedPartition] = []
    /// The partitions of the group's assignment that are halted, with the reason.
    private(set) var halted: [TopicPartition: String] = [:]
    /// The partitions of the group's assignment that another worker took over; left alone until the next assignment or ``retryFenced()``.
    private(set) var fenced: Set<TopicPartition> = []
    /// What the group gave to this worker.
    private(set) var assignment: [TopicPartition] = []
    /// Whether ``assignment`` still has to be taken over.
    private(set) var isTakingOver = false
    /// How often in a row taking over, or what followed it, failed.
    private(set) var attempt = 0

    /// How often the broker may call an offset out of range, or a batch corrupt, before the partition is halted.
    static let maximumFetchRetries = 5
    private var fetchRetries: [TopicPartition: Int] = [:]

    /// The group gave these partitions to this worker, instead of all before.
    mutating func assigned(_ partitions: [TopicPartition]) -> [PositionAction] {
        assignment = partitions.sorted()
        fenced = []
        halted = [:]
        fetchRetries = [:]
        attempt = 0
        return [.dropWork] + restart()
    }

    /// The group takes everything back (or already gave it away).
    mutating func unassigned() -> [PositionAction] {
        assignment = []
        partitions = []
        halted = [:]
        fenced = []
        isTakingOver = false
        return [.dropWork, .unassign]
    }

    /// The database's answer to a take-over; `lows` is the first offset that the broker still has, in the same order.
    mutating func tookOver(_ positions: [TakenPosition], lows: [Int64]) -> [PositionAction] {
        guard isTakingOver else { return [] }
        isTakingOver = false
        partitions = []
        halted = [:]
        var actions: [PositionAction] = []
        var starts: [PartitionStart] = []
        for (position, low) in zip(positions, lows) {
            if let reason = position.haltReason {
                halted[position.partition] = reason
                // When somebody lets it go on the broker may be wrong as often as ever.
                fetchRetries[position.partition] = nil
                continue
            }
            if low > position.nextOffset {
                let reason =
                    "records \(position.nextOffset) to \(low - 1) are gone: the broker's first offset is \(low)"
                halted[position.partition] = reason
                actions.append(.halt(position.partition, epoch: position.epoch, reason: reason))
                continue
            }
            // Re-reading the record before the position shows whether this is still the log that was consumed.
            let readsAnchor = position.anchorHash != nil && position.nextOffset > low
            partitions.append(
                AssignedPartition(
                    partition: position.partition,
                    incarnation: position.incarnation,
                    epoch: position.epoch,
                    nextOffset: position.nextOffset,
                    committedOffset: position.nextOffset,
                    watermark: position.watermark,
                    expectedAnchor: readsAnchor ? position.anchorHash : nil
                )
            )
            starts.append(
                PartitionStart(position.partition, offset: readsAnchor ? position.nextOffset - 1 : position.nextOffset)
            )
        }
        return actions + [.assign(starts)]
    }

    /// Taking over did not work: try again after the delay of the next attempt.
    mutating func takeOverFailed() -> [PositionAction] {
        guard isTakingOver else { return [] }
        attempt += 1
        return [takeOver()]
    }

    /// A record was polled: may it be taken? `hash` is asked for only if it is needed.
    mutating func admit(_ index: Int, offset: Int64, hash: () -> Int64) -> PositionAdmission {
        guard partitions.indices.contains(index) else { return .drop }
        if let expected = partitions[index].expectedAnchor {
            if offset == partitions[index].nextOffset - 1 {
                guard hash() == expected else {
                    return .halt(
                        halt(
                            index,
                            "the record at offset \(offset) is not the one that was consumed: the topic was re-created or its log replaced"
                        )
                    )
                }
                partitions[index].expectedAnchor = nil
                return .drop
            }
            // The record itself may be gone (compaction); then there is nothing to compare with.
            if offset >= partitions[index].nextOffset { partitions[index].expectedAnchor = nil }
        }
        guard offset >= partitions[index].nextOffset else { return .drop }
        return .take
    }

    /// A record was taken into the batch.
    mutating func took(_ index: Int, offset: Int64, enqueuedAt: Int64?) {
        partitions[index].nextOffset = offset + 1
        partitions[index].isAtEnd = false
        partitions[index].isMarkedAtEnd = false
        if let enqueuedAt {
            partitions[index].watermark = Swift.max(partitions[index].watermark ?? enqueuedAt, enqueuedAt)
        }
    }

    /// The broker says that a partition ends before `endOffset`.
    mutating func reachedEnd(_ index: Int, endOffset: Int64) -> [PositionAction] {
        guard partitions.indices.contains(index) else { return [] }
        guard endOffset >= partitions[index].nextOffset else {
            return halt(
                index,
                "the log ends at offset \(endOffset), before the position \(partitions[index].nextOffset): it was truncated or re-created"
            )
        }
        partitions[index].expectedAnchor = nil
        partitions[index].isAtEnd = true
        // A partition in which nothing happens has no commit by which the count would end.
        fetchRetries[partitions[index].partition] = nil
        return []
    }

    /// The record before the position was asked for and did not come for a while, and the broker says that its log ends before it.
    ///
    /// The end that a broker tells may lag behind, so it alone proves nothing; a record that should be there and is not, does.
    /// - Parameter ends: The broker's ends by the partitions' indices.
    mutating func anchorsAreMissing(_ ends: [Int: Int64]) -> [PositionAction] {
        let halts = ends.sorted { $0.key < $1.key }.compactMap { index, end -> PositionAction? in
            guard partitions.indices.contains(index), partitions[index].expectedAnchor != nil,
                end < partitions[index].nextOffset
            else { return nil }
            let partition = partitions[index]
            let reason =
                "the record at offset \(partition.nextOffset - 1) does not come and the broker's log ends at \(end): "
                + "it was truncated or re-created"
            return .halt(partition.partition, epoch: partition.epoch, reason: reason)
        }
        return halts.isEmpty ? [] : [.dropWork] + halts + restart()
    }

    /// A partition's fetch failed in a way that its client does not mend.
    mutating func fetchFailed(_ index: Int, _ failure: PartitionFailure) -> [PositionAction] {
        guard partitions.indices.contains(index) else { return [] }
        if case .unauthorized = failure {
            // Rights come back, and it does not count as a doubt of the offset; a halt would need a person twice.
            attempt = max(attempt + 1, 5)
            return [.dropWork] + restart()
        }
        let partition = partitions[index].partition
        let retries = fetchRetries[partition, default: 0] + 1
        fetchRetries[partition] = retries
        guard retries <= Self.maximumFetchRetries else {
            return halt(index, Self.reason(failure, offset: partitions[index].nextOffset))
        }
        attempt += 1
        return [.dropWork] + restart()
    }

    /// The batch that covered these parts is committed.
    mutating func committed(_ parts: [PartitionProgress]) {
        attempt = 0
        for part in parts {
            // Also if the batch was on its way when its partitions were dropped: what was fetched was right.
            fetchRetries[part.partition] = nil
            guard let index = partitions.firstIndex(where: { $0.partition == part.partition && $0.epoch == part.epoch })
            else { continue }
            partitions[index].committedOffset = part.nextOffset
        }
    }

    /// A batch, or another call that assumed our ownership, failed with this answer of the store.
    ///
    /// `.retryNow` is not for here: the same batch is simply sent again.
    mutating func storeFailed(_ action: StoreFailure.Action) -> [PositionAction] {
        var actions: [PositionAction] = [.dropWork]
        switch action {
        case .fenced(let others):
            fenced.formUnion(others)
        case .registryChanged:
            actions.append(.reloadDirectory)
        case .halt:
            attempt = max(attempt + 1, 5)
        case .retryNow, .retryLater, .outcomeUnknown, .positionMoved, .dataRefused:
            attempt += 1
        }
        return actions + restart()
    }

    /// Another worker took these over, it turned out.
    mutating func noteFenced(_ others: [TopicPartition]) { fenced.formUnion(others) }

    /// Fenced partitions are still assigned to us after a while: the other worker is gone, or two deployments share one database.
    mutating func retryFenced() -> [PositionAction] {
        guard !fenced.isEmpty else { return [] }
        fenced = []
        return [.dropWork] + restart()
    }

    /// How the positions stand in the database: a person may have let a halted partition go on.
    ///
    /// So may a crash or a restored backup that knows nothing of the halt, or of the position.
    mutating func found(_ positions: [PositionState]) -> [PositionAction] {
        let stillHalted = Set(positions.filter { $0.haltReason != nil }.map(\.partition))
        guard halted.keys.contains(where: { !stillHalted.contains($0) }) else { return [] }
        return [.dropWork] + restart()
    }

    /// Notes that the database knows that these are at their end.
    mutating func markedAtEnd(_ index: Int) { partitions[index].isMarkedAtEnd = true }

    /// The database is to be told again what is at its end.
    ///
    /// Another worker, one that had stood still, may have taken a partition over and lost it again: that took the mark away, and a
    /// partition that is idle writes no batch by which its owner would notice.
    mutating func doubtMarks() {
        for index in partitions.indices { partitions[index].isMarkedAtEnd = false }
    }

    // MARK: - Parts

    private mutating func restart() -> [PositionAction] {
        partitions = []
        isTakingOver = true
        return [.unassign, takeOver()]
    }

    private func takeOver() -> PositionAction {
        .takeOver(assignment.filter { !fenced.contains($0) }, attempt: attempt)
    }

    /// Halts one partition; the others go on from what is committed.
    private mutating func halt(_ index: Int, _ reason: String) -> [PositionAction] {
        let partition = partitions[index]
        return [.dropWork, .halt(partition.partition, epoch: partition.epoch, reason: reason)] + restart()
    }

    private static func reason(_ failure: PartitionFailure, offset: Int64) -> String {
        switch failure {
        case .offsetOutOfRange: "the broker calls offset \(offset) out of range again and again"
        case .corruptBatch(let what): "the batch at offset \(offset) cannot be read: \(what)"
        case .unknownPartition(let what): "the partition is not there: \(what)"
        case .unauthorized(let what): what
        }
    }
}
