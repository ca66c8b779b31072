/// How far a partition is, whoever owns it.
public struct PositionState: Sendable, Equatable {
    /// The partition.
    public var partition: TopicPartition
    /// The first offset that is not in the database yet.
    public var nextOffset: Int64
    /// Whether its owner has said that this is the end of it.
    public var isAtEnd: Bool
    /// Why it is halted; `nil` if it runs.
    public var haltReason: String?

    /// Makes one.
    public init(partition: TopicPartition, nextOffset: Int64, isAtEnd: Bool, haltReason: String?) {
        self.partition = partition
        self.nextOffset = nextOffset
        self.isAtEnd = isAtEnd
        self.haltReason = haltReason
    }
}
