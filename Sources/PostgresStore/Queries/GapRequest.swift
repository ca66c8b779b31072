public import Ingestion

/// What somebody agreed to do without, so that a halted partition goes on.
public struct GapRequest: Sendable, Equatable {
    /// The halted partition.
    public var partition: TopicPartition
    /// The first offset to read again.
    public var to: Int64
    /// Why that is right, for those who read the books later.
    public var reason: String
    /// Whether the topic was made anew, so that its offsets are another series.
    public var isNewIncarnation: Bool

    /// Makes a request.
    public init(partition: TopicPartition, to: Int64, reason: String, isNewIncarnation: Bool = false) {
        self.partition = partition
        self.to = to
        self.reason = reason
        self.isNewIncarnation = isNewIncarnation
    }
}
