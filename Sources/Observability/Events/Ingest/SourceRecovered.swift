internal import Logging

/// Kafka gives records again, or says that there are none.
public struct SourceRecovered: WorkerEvent {
    /// Nothing to tell but that.
    public init() {}

    /// Ready again; of no consequence if there was no trouble.
    public func emit(to telemetry: WorkerTelemetry) {
        guard telemetry.health.clear(.kafka) else { return }
        telemetry.logger.info("source recovered")
    }
}
