import MeterReadings

/// Plans the records of a stream one after the other, and lets faults hit them.
struct StreamPlanner {
    private let data: MeterData
    private let faults: InjectedFaults
    private let longestDelay: Int64
    private var generator: SplitMix64
    private var entries: [SimulatedStream.Entry] = []
    private var counts = InjectionCounts()

    /// Begins an empty plan.
    init(_ data: MeterData, faults: InjectedFaults, seed: UInt64) {
        self.data = data
        self.faults = faults
        generator = SplitMix64(seed: seed)
        longestDelay = max(faults.shuffleWindow / 1_000_000 - 1, 0)
    }

    /// Plans the record of some of a meter's readings, and what the faults make of it.
    mutating func plan(_ edges: Range<Int>, home: Int, _ format: PayloadFormat) {
        if hits(faults.dropPerMillion) {
            counts.dropped.add(edges.count)
            return
        }
        let usual = data.time(ofEdge: edges.upperBound - 1) + SimulatedStream.usualDelay
        var sentAt = usual + delay()
        if hits(faults.latePerMillion) {
            sentAt += faults.lateDelay
            counts.late.add(edges.count)
        }
        let entry = add(.readings, edges, home, format, sentAt: sentAt)
        counts.sent.add(edges.count)
        var copies = [entry]
        if hits(faults.duplicatesPerMillion) {
            // The device did not hear that the hub has it, and sends it again.
            copies.append(add(.duplicate, edges, home, format, sentAt: usual + 1_000_000 + delay()))
            counts.duplicates.add(edges.count)
        }
        count(copies, format)
        if hits(faults.conflictsPerMillion) {
            // Always behind the true one, so that which of them stays does not depend on chance.
            let conflict = add(.conflict, edges, home, format, sentAt: entry.sentAt + 2_000_000)
            counts.conflicts.add(edges.count)
            let kept = edges.count { isTaken($0, conflict, format) }
            counts.superseded += kept
            counts.rejected += edges.count - kept
        }
        if hits(faults.badJSONPerMillion) {
            add(.badJSON, edges, home, format, sentAt: entry.sentAt)
            counts.badJSON.add(1)
        }
        if hits(faults.unknownDevicePerMillion) {
            add(.unknownDevice, edges, home, format, sentAt: entry.sentAt)
            counts.unknownDevice.add(1)
        }
        // Without a time of its own a reading cannot be ahead of the hub's.
        if format.saysTime, hits(faults.futurePerMillion) {
            add(.future, edges.suffix(1), home, format, sentAt: entry.sentAt)
            counts.future.add(1)
            counts.rejected += 1
        }
    }

    /// Counts what becomes of a record's readings, which may be sent twice.
    private mutating func count(_ copies: [SimulatedStream.Entry], _ format: PayloadFormat) {
        for edge in copies[0].edges {
            let taken = copies.count { isTaken(edge, $0, format) }
            counts.accepted += min(taken, 1)
            counts.duplicate += max(taken - 1, 0)
            counts.rejected += copies.count - taken
        }
    }

    /// Whether a reading is not too old when the hub takes it.
    private func isTaken(_ edge: Int, _ entry: SimulatedStream.Entry, _ format: PayloadFormat) -> Bool {
        let measuredAt = data.time(ofEdge: format.isInterval ? edge - 1 : edge)
        return measuredAt >= entry.enqueuedAt - ReadingRules().ageLimit
    }

    /// The records in the order in which they are sent, and what was injected.
    consuming func finish() -> ([SimulatedStream.Entry], InjectionCounts) {
        // Whole keys are compared, so that the order does not depend on how the sort treats equals.
        entries.sort {
            ($0.sentAt, $0.edges.upperBound, $0.home, $0.purpose.rawValue)
                < ($1.sentAt, $1.edges.upperBound, $1.home, $1.purpose.rawValue)
        }
        return (entries, counts)
    }

    @discardableResult
    private mutating func add(
        _ purpose: SimulatedStream.Entry.Purpose,
        _ edges: Range<Int>,
        _ home: Int,
        _ format: PayloadFormat,
        sentAt: Int64
    ) -> SimulatedStream.Entry {
        let entry = SimulatedStream.Entry(
            sentAt: sentAt,
            enqueuedAt: format.saysTime ? sentAt : data.time(ofEdge: edges.upperBound - 1),
            edges: edges,
            home: home,
            purpose: purpose
        )
        entries.append(entry)
        return entry
    }

    private mutating func delay() -> Int64 {
        longestDelay == 0 ? 0 : Int64.random(in: 0...longestDelay, using: &generator) * 1_000_000
    }

    private mutating func hits(_ partsPerMillion: Int) -> Bool {
        partsPerMillion > 0 && Int.random(in: 0..<1_000_000, using: &generator) < partsPerMillion
    }
}
