import Ingestion
import Logging
import Observability
import Synchronization

/// Turns what happens in the ingest loop into metrics, health and log lines.
final class IngestTelemetry: Sendable {
    /// The loop's name in the health state.
    static let loop = "ingest"

    private struct State {
        var assigned: [TopicPartition] = []
        var storeFailures = 0
        var storeAwaySince: ContinuousClock.Instant?
        /// When the source last said that it reaches no broker.
        var lastOutage: ContinuousClock.Instant?
        /// The partitions whose refusals are beyond the daily limit.
        var flooded: Set<TopicPartition> = []
    }

    /// The client tries every few seconds and tells of each failure: silence for so long means that a broker is back.
    private static let outageSilence = Duration.seconds(15)

    private let telemetry: WorkerTelemetry
    private let state = Mutex(State())

    /// Tells it to this telemetry.
    init(_ telemetry: WorkerTelemetry) { self.telemetry = telemetry }

    /// Takes an event.
    func observe(_ event: IngestEvent) {
        switch event {
        case .committed(let summary): committed(summary)
        case .storeTrouble(let failure): storeTrouble(failure)
        case .storeRecovered: storeRecovered()
        case .sourceTrouble(let what): telemetry.record(SourceTroubled(what, keepsFromReading: false))
        case .sourceOutage(let what):
            state.withLock { $0.lastOutage = .now }
            telemetry.record(SourceTroubled(what, keepsFromReading: true))
        case .assigned(let partitions):
            state.withLock { $0.assigned = partitions }
            telemetry.record(PartitionsAssigned(partitions.map(\.description)))
        case .takenOver(let starts):
            sourceRecovered()
            for (start, epoch) in starts {
                telemetry.record(PartitionTakenOver("\(start.partition)", epoch: epoch, nextOffset: start.offset))
            }
        case .revoked(let lost):
            let partitions = state.withLock { state in
                defer { state.assigned = [] }
                return state.assigned
            }
            telemetry.record(PartitionsRevoked(partitions.map(\.description), areLost: lost))
        case .fenced(let partitions):
            for partition in partitions { telemetry.record(PartitionFenced("\(partition)")) }
        case .halted(let partition, let reason): telemetry.record(PartitionHalted("\(partition)", reason: reason))
        case .haltedPartitions(let halted):
            for (partition, reason) in halted { telemetry.record(PartitionHalted("\(partition)", reason: reason)) }
        case .directoryLoaded(let devices, let version):
            telemetry.record(RegistryLoaded(version: version, devices: devices))
        case .recordRefusedByDatabase(let partition, let offset, let sqlState):
            telemetry.logger.error(
                "the database refused a row; its record becomes a dead letter",
                metadata: ["partition": "\(partition)", "offset": "\(offset)", "sqlstate": "\(sqlState)"]
            )
        case .progress(let progress): self.progress(progress)
        case .stopped: telemetry.health.finished(Self.loop)
        }
    }

    private func sourceRecovered() {
        state.withLock { $0.lastOutage = nil }
        telemetry.record(SourceRecovered())
    }

    private func committed(_ summary: IngestSummary) {
        if state.withLock({ $0.lastOutage != nil }) { sourceRecovered() }
        var counts = BatchCommitted.Counts()
        counts.decodedRecords = summary.records - summary.skippedRecords - summary.refusedRecords
        counts.skippedRecords = summary.skippedRecords
        counts.refusedRecords = summary.refusedRecords
        counts.accepted = summary.outcomes.accepted
        counts.duplicate = summary.outcomes.duplicate
        counts.replaced = summary.outcomes.replaced
        counts.superseded = summary.outcomes.superseded
        counts.rejected = summary.rejected
        counts.dueMarks = Int64(summary.dueMarks)
        telemetry.record(
            BatchCommitted(
                counts,
                rows: summary.straightRows + summary.stagedRows,
                bytes: summary.bytes,
                commit: summary.duration
            )
        )
        if !summary.refusals.isEmpty { telemetry.record(RecordsRefused(summary.refusals.mapValues(Int64.init))) }
        noteDropped(summary)
        if summary.emptyOffsets > 0 {
            telemetry.logger.debug(
                "offsets without records",
                metadata: ["offsets": .stringConvertible(summary.emptyOffsets)]
            )
        }
    }

    private func noteDropped(_ summary: IngestSummary) {
        for (partition, count) in summary.droppedLetters {
            let isFirst = state.withLock { $0.flooded.insert(partition).inserted }
            telemetry.record(DeadLettersDropped("\(partition)", count: count, isFirst: isFirst))
        }
        // With the next day letters are kept again, and another flood is told again.
        guard !summary.refusals.isEmpty else { return }
        let kept = summary.positions.map(\.partition).filter { summary.droppedLetters[$0] == nil }
        state.withLock { $0.flooded.subtract(kept) }
    }

    private func storeTrouble(_ failure: StoreFailure) {
        let attempt = state.withLock { state in
            state.storeFailures += 1
            state.storeAwaySince = state.storeAwaySince ?? .now
            return state.storeFailures
        }
        telemetry.record(
            BatchRetried(sqlState: failure.sqlState, reason: failure.description, attempt: attempt, delay: .zero)
        )
        switch failure.action {
        case .retryLater, .outcomeUnknown:
            telemetry.record(StoreAway(sqlState: failure.sqlState, reason: failure.description))
        case .halt:
            telemetry.record(StoreAway(sqlState: failure.sqlState, reason: failure.description, needsPerson: true))
        case .retryNow, .fenced, .positionMoved, .registryChanged, .dataRefused: break
        }
    }

    private func storeRecovered() {
        let away = state.withLock { state in
            defer { (state.storeFailures, state.storeAwaySince) = (0, nil) }
            return state.storeAwaySince?.duration(to: .now) ?? .zero
        }
        telemetry.record(StoreBack(after: away))
    }

    private func progress(_ progress: IngestProgress) {
        telemetry.health.progressed(Self.loop)
        if let outage = state.withLock({ $0.lastOutage }), outage.duration(to: .now) > Self.outageSilence {
            sourceRecovered()
        }
        telemetry.record(PartitionsCounted(running: progress.running, halted: progress.halted))
        telemetry.record(ProgressMeasured(lag: progress.lag ?? 0, bufferedBytes: progress.bufferedBytes))
    }
}
