/// What a meter measured in one interval.
public struct IntervalEnergy: Equatable, Sendable {
    /// Drawn, in Wh; at least 0.
    public var importWh: Int64
    /// Fed out, in Wh; at least 0.
    public var exportWh: Int64
    /// The worse of the interval's two edges.
    public var quality: EnergyQuality

    /// Makes an amount.
    public init(importWh: Int64, exportWh: Int64, quality: EnergyQuality = .measured) {
        self.importWh = importWh
        self.exportWh = exportWh
        self.quality = quality
    }
}
