/// Where a meter's energy came from and where it went, in Wh: one row of an interval, or a sum of rows.
public struct EnergyBySource: Equatable, Sendable {
    /// Drawn from neighbours.
    public var communityWh: Int64
    /// Drawn from the grid.
    public var gridWh: Int64
    /// Fed out and used by neighbours.
    public var sharedWh: Int64
    /// Fed out and left as surplus.
    public var surplusWh: Int64

    /// Makes a row.
    public init(communityWh: Int64 = 0, gridWh: Int64 = 0, sharedWh: Int64 = 0, surplusWh: Int64 = 0) {
        self.communityWh = communityWh
        self.gridWh = gridWh
        self.sharedWh = sharedWh
        self.surplusWh = surplusWh
    }

    /// All that was drawn.
    public var importWh: Int64 { communityWh + gridWh }
    /// All that was fed out.
    public var exportWh: Int64 { sharedWh + surplusWh }

    /// Adds a row; sums of 2⁶³ Wh or more trap.
    public static func += (left: inout EnergyBySource, right: EnergyBySource) {
        left.communityWh += right.communityWh
        left.gridWh += right.gridWh
        left.sharedWh += right.sharedWh
        left.surplusWh += right.surplusWh
    }
}
