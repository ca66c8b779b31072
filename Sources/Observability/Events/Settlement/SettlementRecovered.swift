internal import Logging

/// Settlement works again.
public struct SettlementRecovered: WorkerEvent {
    /// Nothing to tell but that.
    public init() {}

    /// Ready again; of no consequence if it did not fail.
    public func emit(to telemetry: WorkerTelemetry) {
        guard telemetry.health.clear(.settlement) else { return }
        telemetry.logger.info("settlement recovered")
    }
}
