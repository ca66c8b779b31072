/// One reading on its way to the `reading` table: a trivial value of fixed size, without references.
public struct ReadingRow: Sendable, Equatable {
    /// Microseconds since 1970-01-01T00:00:00Z; the start of an interval.
    public var measuredAt: Int64
    /// The record's enqueued time, the same unit.
    public var receivedAt: Int64
    /// Import register, or the interval's import, in Wh; -1 for none.
    public var importWh: Int64
    /// Export register, or the interval's export, in Wh; -1 for none.
    public var exportWh: Int64
    /// On the straight path, the time of the device's last committed reading: what this one touches lies after it.
    public var previousAt: Int64
    /// The registry's number of the device.
    public var deviceID: Int32
    /// `ReadingFlags`.
    public var flags: Int16
    /// The quality's letter.
    public var quality: UInt8
    /// The index of the record's partition in the batch's ``IngestBatch/partitions``.
    public var partitionIndex: Int32
    /// 0 for a reading of registers; else the length of its interval in seconds: it goes to `interval_reading`, always staged.
    public var intervalSeconds: Int32

    /// Makes a row.
    public init(
        deviceID: Int32,
        measuredAt: Int64,
        importWh: Int64,
        exportWh: Int64,
        quality: UInt8,
        flags: Int16,
        receivedAt: Int64,
        previousAt: Int64,
        partitionIndex: Int32,
        intervalSeconds: Int32 = 0
    ) {
        self.deviceID = deviceID
        self.measuredAt = measuredAt
        self.importWh = importWh
        self.exportWh = exportWh
        self.quality = quality
        self.flags = flags
        self.receivedAt = receivedAt
        self.previousAt = previousAt
        self.partitionIndex = partitionIndex
        self.intervalSeconds = intervalSeconds
    }
}
