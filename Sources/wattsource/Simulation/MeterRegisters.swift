/// The cumulative registers of every home's meter at every interval edge.
///
/// import = Σ max(load − pv, 0), export = Σ max(pv − load, 0), per home, from the first edge on.
struct MeterRegisters: Sendable {
    /// One meter's registers in Wh.
    struct Pair: Sendable, Equatable {
        var imported: Int64
        var exported: Int64
    }

    private let homes: Int
    private let pairs: [Pair]

    /// Sums up a data file.
    ///
    /// - Parameter first: both registers of every meter at the first edge, in Wh.
    init(_ data: MeterData, startingAt first: Int64) {
        homes = data.homes.count
        var pairs = [Pair](repeating: Pair(imported: first, exported: first), count: homes)
        pairs.reserveCapacity(data.edges * homes)
        for (index, net) in data.netEnergy.enumerated() {
            var pair = pairs[index]
            pair.imported += max(net, 0)
            pair.exported += max(-net, 0)
            pairs.append(pair)
        }
        self.pairs = pairs
    }

    /// One meter's registers at one edge.
    func at(edge: Int, home: Int) -> Pair { pairs[edge * homes + home] }
}
