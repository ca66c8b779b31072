/// Which readings the hub's stream holds, in which order and stamped when.
struct SimulatedStream: Sendable {
    /// One record of the stream.
    struct Entry: Sendable, Equatable {
        /// When the hub takes it in: microseconds since 1970-01-01T00:00:00Z.
        var enqueuedAt: Int64
        /// The interval edge of its reading.
        var edge: Int
        /// The meter.
        var home: Int
    }

    /// A reading reaches the hub so long after it was taken, if nothing delays it.
    static let usualDelay: Int64 = 5_000_000

    /// The records in the order in which they are sent, which is that of their enqueued times.
    let entries: [Entry]
    /// The edges whose readings are sent.
    let edges: Range<Int>

    /// Plans a stream: all homes of an edge, then the next edge, unless faults change it.
    ///
    /// - Parameters:
    ///   - from: the earliest time of a reading; `nil`: the file's first edge.
    ///   - until: the latest time of a reading, itself included, so that the interval before it is complete.
    ///   - seed: decides what the faults hit; the same seed gives the same stream.
    init(
        _ data: MeterData,
        from: Int64? = nil,
        until: Int64? = nil,
        faults: InjectedFaults = InjectedFaults(),
        seed: UInt64
    ) {
        let isSent = { (edge: Int) in
            let time = data.time(ofEdge: edge)
            return time >= from ?? .min && time <= until ?? .max
        }
        let first = (0..<data.edges).first(where: isSent) ?? data.edges
        let last = (first..<data.edges).last(where: isSent) ?? first - 1
        edges = first..<(last + 1)

        var generator = SplitMix64(seed: seed)
        let longestDelay = max(faults.shuffleWindow / 1_000_000 - 1, 0)
        func delay() -> Int64 {
            longestDelay == 0 ? 0 : Int64.random(in: 0...longestDelay, using: &generator) * 1_000_000
        }
        var entries: [Entry] = []
        entries.reserveCapacity(edges.count * data.homes.count)
        for edge in edges {
            let usual = data.time(ofEdge: edge) + Self.usualDelay
            for home in data.homes.indices {
                entries.append(Entry(enqueuedAt: usual + delay(), edge: edge, home: home))
                guard faults.duplicatesPerMillion > 0,
                    Int.random(in: 0..<1_000_000, using: &generator) < faults.duplicatesPerMillion
                else { continue }
                // The device did not hear that the hub has it, and sends it again.
                entries.append(Entry(enqueuedAt: usual + 1_000_000 + delay(), edge: edge, home: home))
            }
        }
        if faults != InjectedFaults() {
            // Whole keys are compared, so that the order does not depend on how the sort treats equals.
            entries.sort { ($0.enqueuedAt, $0.edge, $0.home) < ($1.enqueuedAt, $1.edge, $1.home) }
        }
        self.entries = entries
    }

    /// What all meters together counted between the first and the last reading that is sent.
    func totals(_ registers: MeterRegisters, homes: Int) -> MeterRegisters.Pair {
        var total = MeterRegisters.Pair(imported: 0, exported: 0)
        guard let first = edges.first, let last = edges.last else { return total }
        for home in 0..<homes {
            let before = registers.at(edge: first, home: home)
            let after = registers.at(edge: last, home: home)
            total.imported += after.imported - before.imported
            total.exported += after.exported - before.exported
        }
        return total
    }
}
