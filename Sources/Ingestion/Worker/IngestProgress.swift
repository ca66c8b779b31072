/// How far the ingest loop is.
public struct IngestProgress: Sendable, Equatable {
    /// Records of this worker's partitions that are in Kafka, but not committed yet, by the broker's last word; `nil`: not known yet.
    public var lag: Int64? = 0
    /// Bytes that its batches hold.
    public var bufferedBytes: Int
    /// Partitions that it reads.
    public var running = 0
    /// Partitions of its own that are halted.
    public var halted = 0

    /// Makes one.
    public init(bufferedBytes: Int) { self.bufferedBytes = bufferedBytes }
}
