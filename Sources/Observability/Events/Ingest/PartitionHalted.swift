internal import Logging

/// A partition cannot go on without a decision: `wattsource positions accept-gap`.
public struct PartitionHalted: WorkerEvent {
    private let partition, reason: String
    private let offset: Int64

    /// Makes the event.
    ///
    /// - Parameters:
    ///   - partition: As `topic[number]`.
    ///   - offset: The first offset that is not in the database.
    ///   - reason: What happened and what to do; safe for logs.
    public init(_ partition: String, offset: Int64, reason: String) {
        self.partition = partition
        self.offset = offset
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
            metadata: [
                LogKey.partition: "\(partition)", LogKey.offset: .stringConvertible(offset), LogKey.reason: "\(reason)",
            ]
        )
    }
}
