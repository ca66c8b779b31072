/// Walks along a continued register, from edge to edge.
struct EdgeCursor {
    /// The register at an edge.
    struct Edge {
        /// Its value, in Wh.
        let totalWh: Int64
        /// How far it can be trusted.
        let quality: EnergyQuality
    }

    /// The register.
    private let points: [ContinuedRegister.Point]
    /// Where no energy is counted.
    private let holes: [ContinuedRegister.Hole]
    /// The length of an interval in microseconds.
    private let interval: Int64
    /// The first point at or after the last edge asked for.
    private var next = 0
    /// The first hole that does not end before the last interval asked for.
    private var nextHole = 0

    /// Begins before the first point.
    init(_ register: ContinuedRegister, interval: Int64) {
        points = register.points
        holes = register.holes
        self.interval = interval
    }

    /// The register at an edge, which must not be before the last one asked for; `nil` where it is not known on both
    /// sides.
    ///
    /// The reading at the edge, else ⌊linear interpolation⌋ between the last before and the first after, as
    /// ``RegisterSeries`` says.
    mutating func edge(at time: Int64) -> Edge? {
        while next < points.count, points[next].time < time { next += 1 }
        guard next < points.count else { return nil }
        let after = points[next]
        if after.time == time { return Edge(totalWh: after.totalWh, quality: after.quality) }
        guard next > 0 else { return nil }
        let before = points[next - 1]
        let span = after.time - before.time
        let passed = (after.totalWh - before.totalWh).times(time - before.time, dividedBy: span).quotient
        return Edge(
            totalWh: before.totalWh + passed,
            quality: span > interval ? .estimated : max(before.quality, after.quality)
        )
    }

    /// Whether energy is missing between two edges, of which the first must not be before the one last asked for.
    mutating func hasHole(from start: Int64, to end: Int64) -> Bool {
        while nextHole < holes.count, holes[nextHole].to <= start { nextHole += 1 }
        return nextHole < holes.count && holes[nextHole].from < end
    }
}
