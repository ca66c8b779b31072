/// Where to begin to read a partition.
public struct PartitionStart: Equatable, Sendable {
    /// The partition.
    public var partition: TopicPartition
    /// The first offset to deliver.
    public var offset: Int64

    /// Makes a start.
    public init(_ partition: TopicPartition, offset: Int64) {
        self.partition = partition
        self.offset = offset
    }
}
