/// The cumulative registers of every home's meter at every interval edge.
///
/// import = Σ max(load − pv, 0), export = Σ max(pv − load, 0), per home, from the first edge on.
struct MeterRegisters: Sendable {
    /// One meter's registers, or their rise, in Wh.
    struct Pair: Sendable, Equatable {
        var imported: Int64
        var exported: Int64
    }

    private let homes: Int
    private var pairs: [Pair]

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

    private var edges: Int { pairs.count / homes }

    /// One meter's registers at one edge.
    func at(edge: Int, home: Int) -> Pair { pairs[edge * homes + home] }

    /// What one meter counted between two edges.
    func energy(from start: Int, to end: Int, home: Int) -> Pair {
        let before = at(edge: start, home: home)
        let after = at(edge: end, home: home)
        return Pair(imported: after.imported - before.imported, exported: after.exported - before.exported)
    }

    /// Lets both registers of a meter begin again at 0 at an edge.
    ///
    /// - Returns: what they would have shown there: the old meter's last registers.
    mutating func reset(home: Int, at edge: Int) -> Pair {
        let final = at(edge: edge, home: home)
        change(home: home, edge..<edges) { pair in
            Pair(imported: pair.imported - final.imported, exported: pair.exported - final.exported)
        }
        return final
    }

    /// Lets a meter's import register pass its largest value with the first energy after the edge before this one.
    mutating func rollOver(home: Int, at edge: Int) {
        let capacity = MeterFault.rolloverWh
        let shift = capacity - 1 - at(edge: max(edge - 1, 0), home: home).imported
        change(home: home, 0..<edges) { pair in
            var pair = pair
            // Not below 0 for a register that was above the capacity, too.
            pair.imported = ((pair.imported + shift) % capacity + capacity) % capacity
            return pair
        }
    }

    /// Lets both registers of a meter show in some edges what they show in the first of them.
    mutating func hold(home: Int, _ range: Range<Int>) {
        guard let first = range.first else { return }
        let held = at(edge: first, home: home)
        change(home: home, range) { _ in held }
    }

    /// Adds to the import register of one reading.
    mutating func spike(home: Int, at edge: Int) {
        change(home: home, edge..<(edge + 1)) { Pair(imported: $0.imported + MeterFault.spike, exported: $0.exported) }
    }

    private mutating func change(home: Int, _ range: Range<Int>, _ body: (Pair) -> Pair) {
        for edge in range { pairs[edge * homes + home] = body(pairs[edge * homes + home]) }
    }
}
