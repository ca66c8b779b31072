internal import Logging

/// The group gave partitions to this worker: all that it has now.
public struct PartitionsAssigned: WorkerEvent {
    private let partitions: [String]

    /// Makes the event.
    ///
    /// - Parameter partitions: As `topic[number]`.
    public init(_ partitions: [String]) { self.partitions = partitions }

    /// Counts and logs them.
    public func emit(to telemetry: WorkerTelemetry) {
        telemetry.metrics.partitionsAssigned.increment(by: Int64(partitions.count))
        telemetry.logger.info(
            "partitions assigned",
            metadata: [
                LogKey.partitions: .array(partitions.map { .string($0) }),
                LogKey.count: .stringConvertible(partitions.count),
            ]
        )
    }
}
