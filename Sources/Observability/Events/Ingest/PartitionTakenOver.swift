internal import Logging

/// This worker owns a partition from now on, and goes on where the database is.
public struct PartitionTakenOver: WorkerEvent {
    private let partition: String
    private let epoch, nextOffset: Int64

    /// Makes the event.
    ///
    /// - Parameters:
    ///   - partition: As `topic[number]`.
    ///   - epoch: The fence.
    ///   - nextOffset: The first offset that is not in the database yet.
    public init(_ partition: String, epoch: Int64, nextOffset: Int64) {
        self.partition = partition
        self.epoch = epoch
        self.nextOffset = nextOffset
    }

    /// The partition runs.
    public func emit(to telemetry: WorkerTelemetry) {
        telemetry.metrics.partitionsTakenOver.increment()
        telemetry.health.clear(.halted(partition))
        telemetry.logger.info(
            "partition taken over",
            metadata: [
                LogKey.partition: "\(partition)", LogKey.epoch: .stringConvertible(epoch),
                LogKey.offset: .stringConvertible(nextOffset),
            ]
        )
    }
}
