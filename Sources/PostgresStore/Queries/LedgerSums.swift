/// What became of everything that was consumed from the stream, over all topics, partitions and incarnations.
public struct LedgerSums: Sendable, Equatable {
    /// Records consumed.
    public var records: Int64 = 0
    /// Records passed over on purpose: tombstones, and what is not telemetry.
    public var skippedRecords: Int64 = 0
    /// Records refused whole.
    public var refusedRecords: Int64 = 0
    /// Readings in the other records.
    public var readings: Int64 = 0
    /// Readings whose device and time were free.
    public var accepted: Int64 = 0
    /// Readings repeated with the same values.
    public var duplicate: Int64 = 0
    /// Readings that took the place of a worse one.
    public var replaced: Int64 = 0
    /// Readings that went to the history at once.
    public var superseded: Int64 = 0
    /// Readings refused one by one.
    public var rejected: Int64 = 0
    /// Dead letters still kept, by reason, most frequent first: refused records and rejected readings together.
    public var deadLetters: [ReasonCount] = []
    /// Refusals beyond the daily limit, which were only counted, by reason, most frequent first.
    public var droppedLetters: [ReasonCount] = []
    /// Offsets that somebody agreed to do without.
    public var gapOffsets: Int64 = 0

    /// All zero.
    public init() {}
}
