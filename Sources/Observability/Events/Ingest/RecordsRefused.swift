internal import Logging

/// Records and readings of a committed batch were refused; they are in `dead_letter`.
public struct RecordsRefused: WorkerEvent {
    private let counts: [String: Int64]

    /// Makes the event.
    ///
    /// - Parameter counts: How many, by reason code.
    public init(_ counts: [String: Int64]) { self.counts = counts }

    /// Counts them by reason; a refusal is normal traffic, so the line is for debugging.
    public func emit(to telemetry: WorkerTelemetry) {
        guard !counts.isEmpty else { return }
        for (reason, count) in counts { telemetry.metrics.rejections(reason: reason).increment(by: count) }
        telemetry.logger.debug(
            "records refused",
            metadata: [LogKey.counts: .dictionary(counts.mapValues { .stringConvertible($0) })]
        )
    }
}
