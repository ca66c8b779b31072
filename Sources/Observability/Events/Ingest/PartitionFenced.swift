internal import Logging

/// Another worker owns a partition that this one still had: what was read of it is dropped, nothing of it was written.
public struct PartitionFenced: WorkerEvent {
    private let partition: String

    /// Makes the event.
    ///
    /// - Parameter partition: As `topic[number]`.
    public init(_ partition: String) { self.partition = partition }

    /// Counts and logs it.
    public func emit(to telemetry: WorkerTelemetry) {
        telemetry.metrics.partitionsFenced.increment()
        telemetry.health.clear(.halted(partition))
        telemetry.logger.warning("partition fenced", metadata: [LogKey.partition: "\(partition)"])
    }
}
