internal import Logging

/// Kafka's client tells of something that heals by itself.
public struct SourceTroubled: WorkerEvent {
    private let reason: String
    private let keepsFromReading: Bool

    /// Makes the event.
    ///
    /// - Parameters:
    ///   - reason: What it says; safe for logs.
    ///   - keepsFromReading: Whether no broker can be read until ``SourceRecovered``.
    public init(_ reason: String, keepsFromReading: Bool) {
        self.reason = reason
        self.keepsFromReading = keepsFromReading
    }

    /// The first of a row is a warning, the others are for debugging: a broker that is away is told of every few seconds.
    public func emit(to telemetry: WorkerTelemetry) {
        telemetry.metrics.sourceTroubles.increment()
        let isFirst = keepsFromReading && telemetry.health.set(.kafka, reason)
        telemetry.logger.log(
            level: isFirst ? .warning : .debug,
            "source troubled",
            metadata: [LogKey.reason: "\(reason)"]
        )
    }
}
