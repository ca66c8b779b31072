/// A meter's registers at one instant, as settlement sees them: only readings of a quality that takes part.
public struct RegisterReading: Equatable, Sendable {
    /// The instant: microseconds since 1970-01-01T00:00:00Z.
    public var time: Int64
    /// The import register in Wh; `nil`: not reported.
    public var importWh: Int64?
    /// The export register in Wh; `nil`: not reported.
    public var exportWh: Int64?
    /// How far it can be trusted.
    public var quality: EnergyQuality

    /// Makes a reading.
    public init(time: Int64, importWh: Int64?, exportWh: Int64?, quality: EnergyQuality = .measured) {
        self.time = time
        self.importWh = importWh
        self.exportWh = exportWh
        self.quality = quality
    }
}
