internal import Logging

/// The worker finishes what it has begun and takes nothing new.
public struct WorkerStopping: WorkerEvent {
    private let reason: String

    /// Makes the event.
    ///
    /// - Parameter reason: `signal`, `drained`, `failed`.
    public init(reason: String) { self.reason = reason }

    /// Not ready any more.
    public func emit(to telemetry: WorkerTelemetry) {
        telemetry.health.set(.stopping, reason)
        telemetry.logger.info("worker stopping", metadata: [LogKey.reason: "\(reason)"])
    }
}
