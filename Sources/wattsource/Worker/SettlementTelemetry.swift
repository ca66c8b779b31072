import Observability
import Settlement

/// Turns what happens in the attribute loop into metrics, health and log lines.
struct SettlementTelemetry: Sendable {
    /// The loop's name in the health state.
    static let loop = "attribute"

    private let telemetry: WorkerTelemetry

    /// Tells it to this telemetry.
    init(_ telemetry: WorkerTelemetry) { self.telemetry = telemetry }

    /// Takes an event.
    func observe(_ event: SettlementEvent) {
        telemetry.health.progressed(Self.loop)
        switch event {
        case .settled(let communityID, let receipt, _, let duration):
            telemetry.record(
                SpanSettled(
                    communityID: communityID,
                    first: receipt.settled,
                    again: receipt.resettled,
                    corrected: receipt.corrected,
                    duration: duration
                )
            )
        case .finalized(let count): telemetry.record(IntervalsFinalized(count))
        case .marksDistributed: break
        case .watermark(let watermark): telemetry.record(WatermarkAdvanced(to: watermark))
        case .trouble(let failure):
            telemetry.record(SettlementFailed(reason: failure.description, isRetriable: failure.isRetriable))
        case .recovered: telemetry.record(SettlementRecovered())
        case .turned: break
        }
    }
}
