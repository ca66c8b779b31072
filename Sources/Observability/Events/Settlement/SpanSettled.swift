internal import Logging

/// A span of one community is settled and committed.
public struct SpanSettled: WorkerEvent {
    private let communityID: Int32
    private let first, again, corrected: Int
    private let duration: Duration

    /// Makes the event.
    ///
    /// - Parameters:
    ///   - first: Intervals written for the first time.
    ///   - again: Provisional intervals whose rows changed in place.
    ///   - corrected: Final intervals that got a new revision.
    ///   - duration: The time it took.
    public init(communityID: Int32, first: Int, again: Int, corrected: Int, duration: Duration) {
        self.communityID = communityID
        self.first = first
        self.again = again
        self.corrected = corrected
        self.duration = duration
    }

    /// Counts the intervals.
    public func emit(to telemetry: WorkerTelemetry) {
        let metrics = telemetry.metrics
        metrics.settledFirst.increment(by: Int64(first))
        metrics.settledAgain.increment(by: Int64(again))
        metrics.settledCorrected.increment(by: Int64(corrected))
        metrics.settlementSeconds.record(duration)
        telemetry.logger.debug(
            "span settled",
            metadata: [
                LogKey.community: .stringConvertible(communityID), "first": .stringConvertible(first),
                "again": .stringConvertible(again), "corrected": .stringConvertible(corrected),
                LogKey.seconds: "\(duration.logText)",
            ]
        )
    }
}
