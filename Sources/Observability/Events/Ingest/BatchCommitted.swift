internal import Logging

/// A batch is in the database.
public struct BatchCommitted: WorkerEvent {
    /// Records by what became of them, and readings by outcome.
    public struct Counts: Sendable, Equatable {
        /// Records that gave readings.
        public var decodedRecords: Int64 = 0
        /// Records passed over on purpose.
        public var skippedRecords: Int64 = 0
        /// Records refused whole.
        public var refusedRecords: Int64 = 0
        /// Readings whose place was free.
        public var accepted: Int64 = 0
        /// Readings repeated with the same values.
        public var duplicate: Int64 = 0
        /// Readings that took another's place.
        public var replaced: Int64 = 0
        /// Readings that went to the history.
        public var superseded: Int64 = 0
        /// Readings refused one by one.
        public var rejected: Int64 = 0
        /// Due marks written.
        public var dueMarks: Int64 = 0

        /// All zero.
        public init() {}
    }

    private let counts: Counts
    private let rows, bytes: Int
    private let commit: Duration
    private let now: Int64

    /// Makes the event.
    ///
    /// - Parameters:
    ///   - rows: Readings that were sent to the database.
    ///   - bytes: The batch's size.
    ///   - commit: The time from the beginning of the transaction to its commit.
    ///   - now: The worker's clock, microseconds since 1970-01-01T00:00:00Z.
    public init(_ counts: Counts, rows: Int, bytes: Int, commit: Duration, now: Int64 = LogTimestamp.now()) {
        self.counts = counts
        self.rows = rows
        self.bytes = bytes
        self.commit = commit
        self.now = now
    }

    /// Counts all of it once.
    public func emit(to telemetry: WorkerTelemetry) {
        let metrics = telemetry.metrics
        metrics.recordsDecoded.increment(by: counts.decodedRecords)
        metrics.recordsSkipped.increment(by: counts.skippedRecords)
        metrics.recordsRefused.increment(by: counts.refusedRecords)
        metrics.readingsAccepted.increment(by: counts.accepted)
        metrics.readingsDuplicate.increment(by: counts.duplicate)
        metrics.readingsReplaced.increment(by: counts.replaced)
        metrics.readingsSuperseded.increment(by: counts.superseded)
        metrics.readingsRejected.increment(by: counts.rejected)
        metrics.dueMarks.increment(by: counts.dueMarks)
        metrics.batches.increment()
        metrics.batchRows.record(Int64(rows))
        metrics.batchBytes.record(Int64(bytes))
        metrics.batchCommit.record(commit)
        metrics.lastCommit.set(Double(now) / 1_000_000)
        telemetry.logger.debug(
            "batch committed",
            metadata: [
                LogKey.records: .stringConvertible(
                    counts.decodedRecords + counts.skippedRecords + counts.refusedRecords
                ),
                LogKey.rows: .stringConvertible(rows), LogKey.bytes: .stringConvertible(bytes),
                LogKey.seconds: "\(commit.logText)",
            ]
        )
    }
}
