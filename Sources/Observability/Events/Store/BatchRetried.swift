internal import Logging

/// A transaction failed and is tried again.
public struct BatchRetried: WorkerEvent {
    private let sqlState, reason: String
    private let attempt: Int
    private let delay: Duration

    /// Makes the event.
    ///
    /// - Parameters:
    ///   - sqlState: The SQLSTATE; empty if the server gave none.
    ///   - reason: What happened; never PostgreSQL's DETAIL.
    ///   - attempt: Which failure in a row this is, from 1.
    ///   - delay: The time until the next try.
    public init(sqlState: String, reason: String, attempt: Int, delay: Duration) {
        self.sqlState = sqlState
        self.reason = reason
        self.attempt = attempt
        self.delay = delay
    }

    /// Counts it by the SQLSTATE's class.
    ///
    /// An outage is told by ``StoreAway``, so the line is for debugging.
    public func emit(to telemetry: WorkerTelemetry) {
        telemetry.metrics.storeFailures(class: SQLStateClass.label(sqlState)).increment()
        telemetry.logger.debug(
            "batch retried",
            metadata: [
                LogKey.sqlState: "\(sqlState)", LogKey.reason: "\(reason)", LogKey.attempt: .stringConvertible(attempt),
                LogKey.delaySeconds: "\(delay.logText)",
            ]
        )
    }
}
