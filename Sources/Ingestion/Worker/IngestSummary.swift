/// One committed batch, in numbers.
public struct IngestSummary: Sendable {
    /// Records covered.
    public var records: Int64 = 0
    /// Offsets covered that had no record: compacted ones, or markers of transactions.
    public var emptyOffsets: Int64 = 0
    /// Records passed over on purpose.
    public var skippedRecords: Int64 = 0
    /// Records refused whole.
    public var refusedRecords: Int64 = 0
    /// Readings in the others.
    public var readings: Int64 = 0
    /// Readings refused one by one.
    public var rejected: Int64 = 0
    /// Outcomes of the rest, those known from the window included.
    public var outcomes = OutcomeCounts()
    /// How often which reason was given, for records and readings.
    public var refusals: [String: Int] = [:]
    /// Rows that went straight into the table.
    public var straightRows = 0
    /// Rows that the database had to decide.
    public var stagedRows = 0
    /// The batch's size in memory.
    public var bytes = 0
    /// Due marks written.
    public var dueMarks = 0
    /// Dead letters beyond the daily limit, which were only counted, by partition.
    public var droppedLetters: [TopicPartition: Int] = [:]
    /// How long the transaction took.
    public var duration: Duration = .zero
    /// The newest enqueued time of the batch's partitions, microseconds since 1970-01-01T00:00:00Z.
    public var watermark: Int64?
    /// Where the batch's partitions now stand.
    public var positions: [PartitionStart] = []

    /// All zero.
    public init() {}

    /// Sums up a batch and its receipt.
    init(_ batch: IngestBatch, _ receipt: CommitReceipt, duration: Duration) {
        outcomes = receipt.outcomes
        for part in batch.partitions {
            records += part.records
            emptyOffsets += part.nextOffset - part.firstOffset - part.records
            skippedRecords += part.skippedRecords
            refusedRecords += part.refusedRecords
            readings += part.readings
            rejected += part.rejected
            outcomes.duplicate += part.duplicates
            if let mark = part.watermark { watermark = max(watermark ?? mark, mark) }
            positions.append(PartitionStart(part.partition, offset: part.nextOffset))
        }
        for letter in batch.deadLetters { refusals[letter.reason, default: 0] += 1 }
        straightRows = batch.straight.count
        stagedRows = batch.staged.count
        bytes = batch.byteCount
        dueMarks = receipt.dueMarks
        droppedLetters = receipt.droppedLetters
        self.duration = duration
    }
}
