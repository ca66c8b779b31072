internal import Logging

/// A partition cannot go on without a decision: `wattsource positions accept-gap`.
public struct PartitionHalted: WorkerEvent {
    private let partition, reason: String

    /// Makes the event.
    ///
    /// - Parameters:
    ///   - partition: As `topic[number]`.
    ///   - reason: What happened, at which offset, and what to do; safe for logs.
    public init(_ partition: String, reason: String) {
        self.partition = partition
        self.reason = reason
    }

    /// Not ready; a person must act.
    ///
    /// Said once per halt, however often it is seen.
    public func emit(to telemetry: WorkerTelemetry) {
        guard telemetry.health.set(.halted(partition), reason) else { return }
        telemetry.metrics.partitionsHalted.increment()
        telemetry.logger.error(
            "partition halted",
            metadata: [LogKey.partition: "\(partition)", LogKey.reason: "\(reason)"]
        )
    }
}
