/// One partition that this worker reads, as ``PositionMachine`` knows it.
struct AssignedPartition: Sendable, Equatable {
    /// The partition.
    let partition: TopicPartition
    /// Which life of the topic its offsets belong to.
    let incarnation: Int32
    /// The fence of this worker's take-over.
    let epoch: Int64
    /// The next offset to take into a batch.
    var nextOffset: Int64
    /// The next offset after what is committed.
    var committedOffset: Int64
    /// The running maximum of enqueued time before ``nextOffset``.
    var watermark: Int64?
    /// The hash that the record before ``nextOffset`` must have, until that record was seen.
    var expectedAnchor: Int64?
    /// Whether everything that there is was taken into a batch.
    var isAtEnd = false
    /// Whether the database was told so.
    var isMarkedAtEnd = false
}
