/// Amounts of energy in Wh, by where they came from and where they went.
public struct EnergySums: Sendable, Equatable {
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

    /// Makes sums; nothing is checked here.
    public init(
        importWh: Int64 = 0,
        communityWh: Int64 = 0,
        gridWh: Int64 = 0,
        exportWh: Int64 = 0,
        sharedWh: Int64 = 0,
        surplusWh: Int64 = 0
    ) {
        self.importWh = importWh
        self.communityWh = communityWh
        self.gridWh = gridWh
        self.exportWh = exportWh
        self.sharedWh = sharedWh
        self.surplusWh = surplusWh
    }

    /// The sum, each for itself.
    public static func + (left: EnergySums, right: EnergySums) -> EnergySums {
        EnergySums(
            importWh: left.importWh + right.importWh,
            communityWh: left.communityWh + right.communityWh,
            gridWh: left.gridWh + right.gridWh,
            exportWh: left.exportWh + right.exportWh,
            sharedWh: left.sharedWh + right.sharedWh,
            surplusWh: left.surplusWh + right.surplusWh
        )
    }
}
