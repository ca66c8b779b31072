/// A device's newest stored reading, as the recent window remembers it.
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
    /// Whether settlement's judgement of everything up to this reading is final as long as only newer readings come.
    ///
    /// False while the step that leads to it is a break: the next reading may then show it to be an outlier, so that more than what
    /// lies after it is touched. Such a device stays on the staged path, which looks at its neighbours.
    public var isSettled: Bool

    /// Makes one.
    public init(
        measuredAt: Int64,
        receivedAt: Int64,
        importWh: Int64,
        exportWh: Int64,
        quality: UInt8,
        isSettled: Bool
    ) {
        self.measuredAt = measuredAt
        self.receivedAt = receivedAt
        self.importWh = importWh
        self.exportWh = exportWh
        self.quality = quality
        self.isSettled = isSettled
    }
}
