internal import Logging

/// Provisional intervals became final.
public struct IntervalsFinalized: WorkerEvent {
    private let count: Int

    /// Makes the event.
    ///
    /// - Parameter count: How many.
    public init(_ count: Int) { self.count = count }

    /// Counts them.
    public func emit(to telemetry: WorkerTelemetry) {
        guard count > 0 else { return }
        telemetry.metrics.settledFinal.increment(by: Int64(count))
        telemetry.logger.debug("intervals finalized", metadata: [LogKey.intervals: .stringConvertible(count)])
    }
}
