/// How everything stands at one instant.
///
/// Times are microseconds since 1970-01-01T00:00:00Z.
public struct StatusSnapshot: Sendable, Equatable {
    /// The database's clock.
    public var now: Int64 = 0
    /// The partitions, by topic, then number.
    public var partitions: [PartitionStatus] = []
    /// The stream's watermark: the slowest partition's, leaving out those that have been at their end for a while;
    /// if all have, the fastest's.
    ///
    /// `nil` as long as nothing was consumed.
    public var watermark: Int64?
    /// The communities, by code.
    public var communities: [CommunityStatus] = []
    /// Due marks that are not turned into spans yet.
    public var dueMarks: Int64 = 0
    /// Dead letters that nobody has resolved, by reason, most frequent first.
    public var deadLetters: [ReasonCount] = []
    /// Anomalies that nobody has resolved, by kind, most frequent first.
    public var anomalies: [ReasonCount] = []
    /// What became of all that was consumed.
    public var ledger = LedgerSums()

    /// An empty snapshot.
    public init() {}
}
