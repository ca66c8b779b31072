internal import Logging

/// Dead letters of devices that the registry knows now were taken through the pipeline again, in one transaction.
public struct DeadLettersReplayed: WorkerEvent {
    private let resolved, refusedAgain: Int
    private let stored: Int64

    /// Makes the event.
    ///
    /// - Parameters:
    ///   - resolved: Letters that are done with.
    ///   - refusedAgain: Letters that stay.
    ///   - stored: Readings whose place was free.
    public init(resolved: Int, refusedAgain: Int, stored: Int64) {
        self.resolved = resolved
        self.refusedAgain = refusedAgain
        self.stored = stored
    }

    /// Counts and logs them.
    public func emit(to telemetry: WorkerTelemetry) {
        telemetry.metrics.lettersReplayed.increment(by: Int64(resolved))
        telemetry.metrics.lettersRefusedAgain.increment(by: Int64(refusedAgain))
        telemetry.logger.info(
            "dead letters replayed",
            metadata: [
                "resolved": .stringConvertible(resolved), "refused_again": .stringConvertible(refusedAgain),
                LogKey.readings: .stringConvertible(stored),
            ]
        )
    }
}
