/// What one meter's registers said at one instant; or, where ``intervalSeconds`` is not 0, the energy of one interval.
///
/// Registers are cumulative counters in watt-hours since some unknown start; only differences mean energy.
public struct MeterReading: Equatable, Hashable, Sendable {
    /// The largest value of a register: 10^12 Wh, thousands of times what a home draws in a lifetime.
    public static let maximumWh: Int64 = 1_000_000_000_000

    /// The instant of the reading, or the start of the interval: microseconds since 1970-01-01T00:00:00Z.
    public var measuredAt: Int64
    /// The import register (energy drawn from outside the home) in Wh, 0 to 10^12; `nil`: the reader did not report it.
    public var importWh: Int64?
    /// The export register (energy fed out of the home) in Wh, 0 to 10^12; `nil`: the reader did not report it.
    public var exportWh: Int64?
    /// 0 for a reading of registers; else the length of the interval in seconds, and the two values are its energy.
    public var intervalSeconds: Int32
    /// How far the reading can be trusted.
    public var quality: ReadingQuality
    /// What was noticed about it.
    public var flags: ReadingFlags

    /// Makes a reading from its parts; nothing is checked here.
    public init(
        measuredAt: Int64,
        importWh: Int64?,
        exportWh: Int64?,
        intervalSeconds: Int32 = 0,
        quality: ReadingQuality = .measured,
        flags: ReadingFlags = []
    ) {
        self.measuredAt = measuredAt
        self.importWh = importWh
        self.exportWh = exportWh
        self.intervalSeconds = intervalSeconds
        self.quality = quality
        self.flags = flags
    }
}
