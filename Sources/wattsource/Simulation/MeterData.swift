/// What homes consumed and produced, interval by interval without a gap.
struct MeterData: Sendable, Equatable {
    /// The homes, as their columns name them, in the file's order.
    var homes: [String]
    /// The start of the first interval: microseconds since 1970-01-01T00:00:00Z.
    var start: Int64
    /// The length of each interval in microseconds.
    var interval: Int64
    /// Load minus production in Wh: all homes of the first interval, then of the next.
    ///
    /// Above zero is import, below is export.
    var netEnergy: [Int64]

    /// The number of intervals.
    var intervals: Int { netEnergy.count / homes.count }
    /// The number of interval edges, which is that of each home's readings.
    var edges: Int { intervals + 1 }

    /// When an edge is.
    func time(ofEdge edge: Int) -> Int64 { start + Int64(edge) * interval }
}
