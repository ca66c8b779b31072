/// A partition that the group gave to this worker, and where it would begin.
public struct TakeOverRequest: Sendable, Equatable {
    /// The partition.
    public var partition: TopicPartition
    /// The first offset that the broker still has: where a partition begins whose topic was consumed before.
    public var low: Int64
    /// Where it begins if nothing of its topic was ever consumed: the configured first start.
    public var firstStart: Int64

    /// Makes a request.
    public init(partition: TopicPartition, low: Int64, firstStart: Int64) {
        self.partition = partition
        self.low = low
        self.firstStart = firstStart
    }
}
