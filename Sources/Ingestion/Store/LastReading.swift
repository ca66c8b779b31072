/// A device's newest stored reading that takes part in settlement, as the recent window remembers it.
public struct LastReading: Sendable, Equatable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    public var measuredAt: Int64
    /// The enqueued time of the record that brought it, same unit.
    public var receivedAt: Int64
    /// Import register in Wh, or -1 for none.
    public var importWh: Int64
    /// Export register in Wh, or -1 for none.
    public var exportWh: Int64
    /// The quality's letter.
    public var quality: UInt8

    /// Makes one.
    public init(measuredAt: Int64, receivedAt: Int64, importWh: Int64, exportWh: Int64, quality: UInt8) {
        self.measuredAt = measuredAt
        self.receivedAt = receivedAt
        self.importWh = importWh
        self.exportWh = exportWh
        self.quality = quality
    }
}
