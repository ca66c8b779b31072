internal import Logging

/// PostgreSQL answers: for the first time, or again.
public struct StoreBack: WorkerEvent {
    private let after: Duration

    /// Makes the event.
    ///
    /// - Parameter after: How long it was away.
    public init(after: Duration = .zero) { self.after = after }

    /// Ready again; the line only if it was away.
    public func emit(to telemetry: WorkerTelemetry) {
        telemetry.metrics.storeUp.set(Int64(1))
        guard telemetry.health.clear(.database) else { return }
        telemetry.logger.info("store back", metadata: [LogKey.seconds: "\(after.logText)"])
    }
}
