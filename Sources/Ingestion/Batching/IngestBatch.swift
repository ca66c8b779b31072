/// All that one transaction writes: the only thing that crosses from the polling thread to the writing one.
public struct IngestBatch: Sendable {
    /// The registry's version that its decisions rest on.
    public var registryVersion: Int64
    /// The version of the stored readings (``CommitReceipt/readingVersion``) that ``straight`` rests on; `nil`: on nothing.
    ///
    /// If the database has another, somebody changed readings outside of the stream, and all rows have to be staged.
    public var readingVersion: Int64?
    /// The partitions that it advances, in the order in which their rows are locked.
    public var partitions: [PartitionProgress] = []
    /// Readings newer than their device's last committed one: they go straight into `reading`.
    public var straight: [ReadingRow] = []
    /// All others: late, repeated with other values, of a device whose last reading is not known here, or of an interval.
    public var staged: [ReadingRow] = []
    /// The devices in ``staged`` whose last reading the loop wants to know after the commit.
    public var unknownDevices: Set<Int32> = []
    /// What was refused.
    public var deadLetters: [DeadLetterRow] = []
    /// The UTC days (days since 1970-01-01) of the readings of registers: their table partitions have to be there.
    public var readingDays: Set<Int32> = []
    /// The UTC days of the readings of intervals, likewise.
    public var intervalReadingDays: Set<Int32> = []
    /// The UTC days of the dead letters' `receivedAt`.
    public var deadLetterDays: Set<Int32> = []
    /// The bytes that it holds, about: for the memory budget.
    public var byteCount: Int = 0

    /// Begins a batch.
    public init(registryVersion: Int64) { self.registryVersion = registryVersion }

    /// Whether it advances nothing.
    public var isEmpty: Bool { partitions.isEmpty }
}
