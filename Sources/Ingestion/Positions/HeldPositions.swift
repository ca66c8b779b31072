/// Which partitions the present connection to the database has taken over: only these may be written over it.
///
/// A take-over records its connection as the owner, so that another worker can end it. What a lost connection had taken over is nobody's:
/// an epoch in memory is no reason to write over the next one, whatever the database says to it.
public struct HeldPositions: Sendable, Equatable {
    private var partitions: Set<TopicPartition> = []

    /// Makes the value of a connection that has taken over nothing.
    public init() {}

    /// This connection took the partition over.
    public mutating func tookOver(_ partition: TopicPartition) { partitions.insert(partition) }

    /// The database said that others own these.
    public mutating func fenced(_ others: [TopicPartition]) { partitions.subtract(others) }

    /// The connection is gone.
    public mutating func connectionLost() { partitions = [] }

    /// Why a batch of these parts may not be written over this connection; `nil`: it may.
    public func refusal(of parts: [PartitionProgress]) -> StoreFailure? {
        guard !parts.allSatisfy({ partitions.contains($0.partition) }) else { return nil }
        return StoreFailure(.outcomeUnknown, "the partitions were not taken over by this connection")
    }
}
