internal import Logging

/// Settlement could not do its work this time.
public struct SettlementFailed: WorkerEvent {
    private let reason: String
    private let isRetriable: Bool

    /// Makes the event.
    ///
    /// - Parameters:
    ///   - reason: What happened and what to do; never PostgreSQL's DETAIL.
    ///   - isRetriable: Whether it tries again by itself; else it has stopped.
    public init(reason: String, isRetriable: Bool) {
        self.reason = reason
        self.isRetriable = isRetriable
    }

    /// Not ready.
    ///
    /// The first of a row is a warning, or an error if a person must act; the others are for debugging.
    public func emit(to telemetry: WorkerTelemetry) {
        telemetry.metrics.settlementFailures.increment()
        let isFirst = telemetry.health.set(.settlement, reason)
        telemetry.logger.log(
            level: isRetriable ? (isFirst ? .warning : .debug) : .error,
            "settlement failed",
            metadata: [LogKey.reason: "\(reason)"]
        )
    }
}
