internal import Logging

/// The worker is done; the last event.
public struct WorkerStopped: WorkerEvent {
    private let after: Duration

    /// Makes the event.
    ///
    /// - Parameter after: The time since it was asked to stop.
    public init(after: Duration) { self.after = after }

    /// Logs it.
    public func emit(to telemetry: WorkerTelemetry) {
        telemetry.logger.info("worker stopped", metadata: [LogKey.seconds: "\(after.logText)"])
    }
}
