import Ingestion
import MeterReadings
import Synchronization

/// A database in memory that keeps the store's promises: one transaction per batch, fenced by epochs, compared by offsets.
///
/// It is asked from the loop's store thread and looked at from the test's: everything is behind a lock.
final class ModelStore: IngestStore, Sendable {
    struct Position: Sendable {
        var nextOffset: Int64
        var epoch: Int64 = 0
        var watermark: Int64?
        var anchorHash: Int64?
        var isAtEnd = false
        var haltReason: String?
    }

    struct Key: Hashable, Sendable {
        var device: Int32
        var at: Int64
    }

    struct State: Sendable {
        var registryVersion: Int64 = 1
        var devices: [DeviceEntry] = []
        var positions: [TopicPartition: Position] = [:]
        var rows: [Key: ReadingRow] = [:]
        var deadLetters: [DeadLetterRow] = []
        var ledger: [PartitionProgress] = []
        var outcomes = OutcomeCounts()
        var batches = 0
        /// What the next writes answer instead of doing it; `afterCommit` does it and then loses the answer.
        var faults: [Fault] = []
        /// Offsets whose record the database refuses.
        var poison: Set<Int64> = []
    }

    struct Fault: Sendable {
        var action: StoreFailure.Action
        var afterCommit = false
    }

    let state: Mutex<State>

    init(devices: [String]) {
        var initial = State()
        initial.devices = devices.enumerated().map { index, name in
            DeviceEntry(
                deviceID: Int32(index + 1),
                hubDeviceID: Array(name.utf8),
                profile: DeviceProfile(registers: .import)
            )
        }
        state = Mutex(initial)
    }

    func loadDirectory() throws(StoreFailure) -> DirectorySnapshot {
        state.withLock { DirectorySnapshot(registryVersion: $0.registryVersion, devices: $0.devices) }
    }

    func takeOver(_ requests: [TakeOverRequest], owner: String) throws(StoreFailure) -> [TakenPosition] {
        state.withLock { state in
            requests.map { request in
                var position = state.positions[request.partition] ?? Position(nextOffset: request.firstStart)
                position.epoch += 1
                position.isAtEnd = false
                state.positions[request.partition] = position
                return TakenPosition(
                    partition: request.partition,
                    incarnation: 0,
                    epoch: position.epoch,
                    nextOffset: position.nextOffset,
                    watermark: position.watermark,
                    anchorHash: position.anchorHash,
                    haltReason: position.haltReason
                )
            }
        }
    }

    func write(_ batch: IngestBatch) throws(StoreFailure) -> CommitReceipt {
        let result: Result<CommitReceipt, StoreFailure> = state.withLock { state in
            let fault = state.faults.isEmpty ? nil : state.faults.removeFirst()
            if let fault, !fault.afterCommit { return .failure(StoreFailure(fault.action, "injected")) }
            guard batch.registryVersion == state.registryVersion else {
                return .failure(StoreFailure(.registryChanged, "registry"))
            }
            for part in batch.partitions {
                guard let position = state.positions[part.partition], position.epoch == part.epoch else {
                    return .failure(StoreFailure(.fenced([part.partition]), "fenced"))
                }
                guard position.nextOffset == part.firstOffset else {
                    return .failure(StoreFailure(.positionMoved, "moved"))
                }
            }
            let covers = batch.partitions.contains { part in
                state.poison.contains { part.firstOffset <= $0 && $0 < part.nextOffset }
            }
            if covers, !batch.straight.isEmpty || !batch.staged.isEmpty {
                return .failure(StoreFailure(.dataRefused, sqlState: "22003", "refused"))
            }
            let receipt = Self.commit(batch, &state)
            if let fault { return .failure(StoreFailure(fault.action, "injected after the commit")) }
            return .success(receipt)
        }
        return try result.get()
    }

    private static func commit(_ batch: IngestBatch, _ state: inout State) -> CommitReceipt {
        var receipt = CommitReceipt()
        for row in batch.straight + batch.staged {
            let key = Key(device: row.deviceID, at: row.measuredAt)
            if let stored = state.rows[key] {
                if stored.importWh == row.importWh, stored.exportWh == row.exportWh {
                    receipt.outcomes.duplicate += 1
                } else {
                    receipt.outcomes.superseded += 1
                }
            } else {
                state.rows[key] = row
                receipt.outcomes.accepted += 1
            }
        }
        for device in batch.unknownDevices {
            let newest = state.rows.values.filter { $0.deviceID == device }.sorted { $0.measuredAt > $1.measuredAt }
                .prefix(2).map {
                    LastReading(
                        measuredAt: $0.measuredAt,
                        receivedAt: $0.receivedAt,
                        importWh: $0.importWh,
                        exportWh: $0.exportWh,
                        quality: $0.quality
                    )
                }
            guard let last = newest.first else { continue }
            receipt.newestReadings[device] = NewestReadings(last: last, previous: newest.dropFirst().first)
        }
        for part in batch.partitions {
            state.positions[part.partition]?.nextOffset = part.nextOffset
            state.positions[part.partition]?.watermark = part.watermark
            state.positions[part.partition]?.anchorHash = part.anchorHash
            state.positions[part.partition]?.isAtEnd = false
        }
        state.deadLetters += batch.deadLetters
        state.ledger += batch.partitions
        state.outcomes.accepted += receipt.outcomes.accepted
        state.outcomes.duplicate += receipt.outcomes.duplicate
        state.outcomes.superseded += receipt.outcomes.superseded
        state.batches += 1
        return receipt
    }

    func markAtEnd(_ partitions: [(partition: TopicPartition, epoch: Int64)], isAtEnd: Bool) throws(StoreFailure) {
        state.withLock { state in
            for (partition, epoch) in partitions where state.positions[partition]?.epoch == epoch {
                state.positions[partition]?.isAtEnd = isAtEnd
            }
        }
    }

    func halt(_ partition: TopicPartition, epoch: Int64, reason: String) throws(StoreFailure) {
        state.withLock { $0.positions[partition]?.haltReason = reason }
    }

    func positions(ofTopics topics: [String]) throws(StoreFailure) -> [PositionState] {
        state.withLock { state in
            state.positions.map {
                PositionState(
                    partition: $0.key,
                    nextOffset: $0.value.nextOffset,
                    isAtEnd: $0.value.isAtEnd,
                    haltReason: $0.value.haltReason
                )
            }
        }
    }
}
