internal import Logging

/// The group took all partitions from this worker.
public struct PartitionsRevoked: WorkerEvent {
    private let partitions: [String]
    private let areLost: Bool

    /// Makes the event.
    ///
    /// - Parameters:
    ///   - partitions: As `topic[number]`.
    ///   - areLost: Whether they are already another's.
    public init(_ partitions: [String], areLost: Bool) {
        self.partitions = partitions
        self.areLost = areLost
    }

    /// Nothing runs here now; what is halted is told by its next owner.
    public func emit(to telemetry: WorkerTelemetry) {
        let metrics = telemetry.metrics
        (areLost ? metrics.partitionsLost : metrics.partitionsRevoked).increment(by: Int64(partitions.count))
        for partition in partitions { telemetry.health.clear(.halted(partition)) }
        metrics.running.set(Int64(0))
        metrics.halted.set(Int64(0))
        let values: [String: Int] = [LogKey.count: partitions.count]
        if areLost {
            telemetry.logger.warning("partitions lost", metadata: values.mapValues { .stringConvertible($0) })
        } else {
            telemetry.logger.info("partitions revoked", metadata: values.mapValues { .stringConvertible($0) })
        }
    }
}
