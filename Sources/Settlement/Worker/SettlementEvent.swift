/// What happened in the attribute loop, for logs, counters and the health state.
public enum SettlementEvent: Sendable {
    /// A span of a community is settled and committed.
    case settled(communityID: Int32, SpanReceipt, anomalies: Int, duration: Duration)
    /// Intervals became final.
    case finalized(Int)
    /// Due marks became spans that are due again.
    case marksDistributed(Int)
    /// The watermark that settlement works by, microseconds since 1970-01-01T00:00:00Z.
    case watermark(Int64)
    /// The database did not do it; the loop goes on by itself, or not.
    case trouble(SettlementFailure)
    /// The loop has gone round once.
    case turned
    /// The database answers again.
    case recovered
}
