/// How much one record may hold.
public struct RecordLimits: Sendable, Equatable {
    /// The largest body in bytes.
    public var maxBytes: Int
    /// The most readings of one record, all its messages together.
    public var maxReadings: Int

    /// Makes limits: by default 1 MiB, the most that Event Hubs lets through, and 1,000 readings.
    public init(maxBytes: Int = 1 << 20, maxReadings: Int = 1000) {
        self.maxBytes = maxBytes
        self.maxReadings = maxReadings
    }
}
