/// A partition's row after this worker took it over.
public struct TakenPosition: Sendable, Equatable {
    /// The partition.
    public var partition: TopicPartition
    /// Which life of the topic its offsets belong to.
    public var incarnation: Int32
    /// The fence of this take-over.
    public var epoch: Int64
    /// The first offset that is not in the database yet.
    public var nextOffset: Int64
    /// The running maximum of enqueued time before ``nextOffset``.
    public var watermark: Int64?
    /// The hash of the record at `nextOffset - 1`, if one was ever consumed.
    public var anchorHash: Int64?
    /// Why it is halted; `nil` if it runs.
    public var haltReason: String?

    /// Makes one.
    public init(
        partition: TopicPartition,
        incarnation: Int32,
        epoch: Int64,
        nextOffset: Int64,
        watermark: Int64?,
        anchorHash: Int64?,
        haltReason: String?
    ) {
        self.partition = partition
        self.incarnation = incarnation
        self.epoch = epoch
        self.nextOffset = nextOffset
        self.watermark = watermark
        self.anchorHash = anchorHash
        self.haltReason = haltReason
    }
}
