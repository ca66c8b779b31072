/// The energy of one interval, as a meter of kind interval reports it and settlement sees it: only readings of a quality
/// that takes part.
public struct IntervalReading: Equatable, Sendable {
    /// The interval's beginning: microseconds since 1970-01-01T00:00:00Z.
    public var start: Int64
    /// Its length in seconds; above 0.
    public var seconds: Int32
    /// Drawn in it, in Wh; `nil`: the meter does not have that register.
    public var importWh: Int64?
    /// Fed out in it, in Wh; `nil`: the meter does not have that register.
    public var exportWh: Int64?
    /// How far it can be trusted.
    public var quality: EnergyQuality

    /// Makes a reading.
    public init(
        start: Int64,
        seconds: Int32,
        importWh: Int64?,
        exportWh: Int64?,
        quality: EnergyQuality = .measured
    ) {
        self.start = start
        self.seconds = seconds
        self.importWh = importWh
        self.exportWh = exportWh
        self.quality = quality
    }

    /// Its length in microseconds.
    var length: Int64 { Int64(seconds) * 1_000_000 }
    /// Its end, exclusive.
    var end: Int64 { start + length }
}
