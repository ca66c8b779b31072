public import EnergySharing

/// One meter's energy in one interval, split by where it came from and where it went.
///
/// All in Wh.
public struct AttributionRow: Sendable, Equatable {
    /// The interval's beginning: microseconds since 1970-01-01T00:00:00Z.
    public var intervalStart: Int64
    /// The meter.
    public var deviceID: Int32
    /// Drawn in all: `communityWh + gridWh`.
    public var importWh: Int64
    /// Drawn from neighbours.
    public var communityWh: Int64
    /// Drawn from the grid.
    public var gridWh: Int64
    /// Fed out in all: `sharedWh + surplusWh`.
    public var exportWh: Int64
    /// Fed to neighbours.
    public var sharedWh: Int64
    /// Fed to the grid.
    public var surplusWh: Int64
    /// The worse of the interval's two edges.
    public var quality: EnergyQuality

    /// Makes a row.
    public init(
        intervalStart: Int64,
        deviceID: Int32,
        importWh: Int64,
        communityWh: Int64,
        gridWh: Int64,
        exportWh: Int64,
        sharedWh: Int64,
        surplusWh: Int64,
        quality: EnergyQuality
    ) {
        self.intervalStart = intervalStart
        self.deviceID = deviceID
        self.importWh = importWh
        self.communityWh = communityWh
        self.gridWh = gridWh
        self.exportWh = exportWh
        self.sharedWh = sharedWh
        self.surplusWh = surplusWh
        self.quality = quality
    }
}
