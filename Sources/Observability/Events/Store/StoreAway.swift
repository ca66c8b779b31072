internal import Logging

/// PostgreSQL is away, full, shutting down or refuses: nothing is written until it is back; nothing is lost.
public struct StoreAway: WorkerEvent {
    private let sqlState, reason: String
    private let needsPerson: Bool

    /// Makes the event.
    ///
    /// - Parameters:
    ///   - sqlState: The SQLSTATE; empty if the server gave none.
    ///   - reason: What happened and what to do; never PostgreSQL's DETAIL.
    ///   - needsPerson: Whether no retry mends it (permission, schema, corruption).
    public init(sqlState: String, reason: String, needsPerson: Bool = false) {
        self.sqlState = sqlState
        self.reason = reason
        self.needsPerson = needsPerson
    }

    /// Not ready.
    ///
    /// Said once per outage, however often it is tried.
    public func emit(to telemetry: WorkerTelemetry) {
        telemetry.metrics.storeUp.set(Int64(0))
        guard telemetry.health.set(.database, reason) else { return }
        telemetry.logger.log(
            level: needsPerson ? .error : .warning,
            "store away",
            metadata: [LogKey.sqlState: "\(sqlState)", LogKey.reason: "\(reason)"]
        )
    }
}
