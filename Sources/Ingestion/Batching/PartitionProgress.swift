/// One partition's part of a batch: which offsets it covers, under which epoch, and what became of them.
public struct PartitionProgress: Sendable, Equatable {
    /// The partition.
    public var partition: TopicPartition
    /// Which life of the topic the offsets belong to.
    public var incarnation: Int32
    /// The fence: the epoch that this worker took the partition over with.
    public var epoch: Int64
    /// The offset that the database must still have as `next_offset`.
    public var firstOffset: Int64
    /// The `next_offset` after this batch.
    public var nextOffset: Int64
    /// Records covered, skipped and refused ones too. (Offsets without a record, compacted ones say, are not counted.)
    public var records: Int64 = 0
    /// Records passed over on purpose: tombstones, what is not telemetry, and readers' messages that hold no reading.
    public var skippedRecords: Int64 = 0
    /// Records refused whole.
    public var refusedRecords: Int64 = 0
    /// Readings in the other records.
    public var readings: Int64 = 0
    /// Of these: repeated with the same values, known from the recent window.
    public var duplicates: Int64 = 0
    /// Of these: refused one by one.
    public var rejected: Int64 = 0
    /// The running maximum of enqueued time before ``nextOffset``; `nil` before the first record that has one.
    public var watermark: Int64?
    /// The hash of the record at `nextOffset - 1`, by which a re-created topic is noticed.
    public var anchorHash: Int64?

    /// Begins the partition's part at an offset.
    public init(partition: TopicPartition, incarnation: Int32, epoch: Int64, firstOffset: Int64, watermark: Int64?) {
        self.partition = partition
        self.incarnation = incarnation
        self.epoch = epoch
        self.firstOffset = firstOffset
        self.nextOffset = firstOffset
        self.watermark = watermark
    }
}
