public import EnergySharing

/// One meter's energy in one interval, split by where it came from and where it went.
///
/// All in Wh. Of a meter that takes part in several communities it is the part in this one, and what takes part in none stands in the row of
/// that of its communities which has the smallest number.
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
    /// What of the meter's import takes part in no community; `nil`, as ``unsharedExportWh``, if neither register has any, and in the rows of
    /// its other communities.
    public var unsharedImportWh: Int64?
    /// What of the meter's export takes part in no community.
    public var unsharedExportWh: Int64?

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
        quality: EnergyQuality,
        unsharedImportWh: Int64? = nil,
        unsharedExportWh: Int64? = nil
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
        self.unsharedImportWh = unsharedImportWh
        self.unsharedExportWh = unsharedExportWh
    }
}
