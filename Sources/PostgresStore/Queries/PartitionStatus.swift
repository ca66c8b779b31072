public import Ingestion

/// How one partition of the stream stands.
///
/// Times are microseconds since 1970-01-01T00:00:00Z.
public struct PartitionStatus: Sendable, Equatable {
    /// The partition.
    public var partition: TopicPartition
    /// Which life of the topic its offsets belong to.
    public var incarnation: Int32 = 0
    /// The first offset that was ever consumed of this incarnation.
    public var firstOffset: Int64 = 0
    /// The first offset that is not in the database yet.
    public var nextOffset: Int64 = 0
    /// The fence: raised by every take-over.
    public var epoch: Int64 = 0
    /// The worker that took it over last; `nil`: none ever did.
    public var owner: String?
    /// Whether the owner's session with the database is open.
    public var isOwnerConnected = false
    /// Why it is halted; `nil` if it runs.
    public var haltReason: String?
    /// The running maximum of enqueued time before ``nextOffset``; `nil` before the first record that has one.
    public var watermark: Int64?
    /// Since when the owner says that its end is reached; `nil`: it is not.
    public var atEndSince: Int64?
    /// When its row was last written.
    public var updatedAt: Int64 = 0
    /// The offset that the broker will give to its next record; `nil`: not asked.
    public var endOffset: Int64?

    /// The status of a partition that nothing is known of yet.
    public init(_ partition: TopicPartition) { self.partition = partition }

    /// How many offsets are not in the database yet; `nil`: the broker was not asked.
    ///
    /// Never below zero: a broker's answer about the end may lag behind what it has delivered.
    public var lag: Int64? { endOffset.map { max(0, $0 - nextOffset) } }

    /// What an operator should know first.
    public enum Verdict: String, Sendable {
        /// Nobody goes on with it until `wattsource positions accept-gap`.
        case halted
        /// No worker that is connected owns it.
        case unowned
        /// Its end is reached: by the broker's word if it was asked, else by that of the connected worker.
        case caughtUp = "caught up"
        /// Its worker commits.
        case running
        /// Its worker is connected, but has neither committed for ``stalledAfter`` nor said that the end is reached.
        case stalled
    }

    /// After how long without a commit a partition that is not at its end counts as stalled, in microseconds: 2 minutes.
    public static let stalledAfter: Int64 = 120_000_000

    /// What an operator should know first, at this time of the database's clock.
    public func verdict(now: Int64) -> Verdict {
        if haltReason != nil { return .halted }
        if endOffset == nextOffset { return .caughtUp }
        // An end before what is already consumed is an old one: then only the worker knows.
        let isEndKnown = endOffset.map { $0 > nextOffset } ?? false
        guard isOwnerConnected else { return lag == 0 && atEndSince != nil ? .caughtUp : .unowned }
        if atEndSince != nil && !isEndKnown { return .caughtUp }
        return now - updatedAt > PartitionStatus.stalledAfter ? .stalled : .running
    }
}
