/// Which records the hub's stream holds, in which order and stamped when.
struct SimulatedStream: Sendable {
    /// One record of the stream.
    struct Entry: Sendable, Equatable {
        /// What a record is for, in the order of records that are sent at the same time.
        enum Purpose: Int, Sendable {
            /// The readings as the meter took them.
            case readings
            /// The same once more.
            case duplicate
            /// The same times with other values.
            case conflict
            /// The same, but the body breaks off.
            case badJSON
            /// The same, from a device that no registry knows.
            case unknownDevice
            /// One reading, dated a day ahead.
            case future
        }

        /// When the hub shows it: microseconds since 1970-01-01T00:00:00Z.
        var sentAt: Int64
        /// When the hub says that it took it in; differs where the payload says no time, and this stands for it.
        var enqueuedAt: Int64
        /// The interval edges of its readings; of kind interval each is the interval's end.
        var edges: Range<Int>
        /// The meter.
        var home: Int
        /// What it is for.
        var purpose: Purpose = .readings
    }

    /// A reading reaches the hub so long after it was taken, if nothing delays it.
    static let usualDelay: Int64 = 5_000_000

    /// The records in the order in which they are sent.
    let entries: [Entry]
    /// The edges whose readings are sent.
    let edges: Range<Int>
    /// What was injected into it.
    let counts: InjectionCounts

    /// Plans a stream: all homes of an edge, then the next edge, unless faults change it.
    ///
    /// - Parameters:
    ///   - formats: each home's; `nil`: telemetry v1 for all.
    ///   - batch: how many readings a record holds where its format can hold several.
    ///   - from: the earliest time of a reading; `nil`: the file's first edge.
    ///   - until: the latest time of a reading, itself included, so that the interval before it is complete.
    ///   - seed: decides what the faults hit; the same seed gives the same stream.
    init(
        _ data: MeterData,
        formats: [PayloadFormat]? = nil,
        batch: Int = 1,
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

        var planner = StreamPlanner(data, faults: faults, seed: seed)
        for edge in edges {
            for home in data.homes.indices {
                let format = formats?[home] ?? .v1
                // The energy of the interval before the first edge is not part of the span.
                let begin = format.isInterval ? edges.lowerBound + 1 : edges.lowerBound
                let size = format.isBatchable ? batch : 1
                guard edge >= begin, (edge - begin + 1) % size == 0 || edge == last else { continue }
                planner.plan(edge - (edge - begin) % size..<edge + 1, home: home, format)
            }
        }
        (entries, counts) = planner.finish()
    }

    /// What all meters together counted between the first and the last reading that is sent.
    func totals(_ registers: MeterRegisters, homes: Int) -> MeterRegisters.Pair {
        var total = MeterRegisters.Pair(imported: 0, exported: 0)
        guard let first = edges.first, let last = edges.last else { return total }
        for home in 0..<homes {
            let energy = registers.energy(from: first, to: last, home: home)
            total.imported += energy.imported
            total.exported += energy.exported
        }
        return total
    }
}
