/// The readings of a meter of kind interval over a span of time, ready to say how much energy passed in each interval of
/// the community.
///
/// **Sums and shares.** Readings that lie in an interval sum up. One that reaches beyond it is split by floored
/// cumulative shares: of E Wh in [s, s + L) the part up to t is ⌊E · (t − s) / L⌋, so the parts of one reading sum to it
/// to the Wh (10 Wh of an hour, in quarters: 2, 3, 2, 3), and the quality is ``EnergyQuality/estimated``. So the
/// intervals telescope: where they cover readings wholly, their sum is the readings' sum.
///
/// **Missing pieces.** An interval of which any piece has no reading is not complete: `nil`.
///
/// **Overlaps**, as a change of the meter's interval length leaves them: the longer reading counts, of two that are
/// equally long the earlier; the other is set aside, ``AnomalyKind/overlap``. Only readings that overlap decide, whether
/// these count or not, so no watt-hour is counted twice, and nothing further than ``reach`` away matters.
///
/// **The connection's limit.** A reading over it is noted, ``AnomalyKind/overLimit``, and counts: unlike a register that
/// falls it contradicts no other reading, only what the registry says of the connection, and nothing here makes or
/// loses energy. Setting it aside takes it out, accepting it takes the note away.
///
/// A register that a meter does not have counts 0.
public struct IntervalSeries: Sendable {
    /// The longest reading there is, in microseconds: an hour.
    ///
    /// Needed for the energy between two edges are all readings that begin later than 2 · reach before the first edge
    /// and earlier than reach after the last one: those that may reach in, and those that may overlap these.
    public static let reach: Int64 = 3_600 * 1_000_000

    /// Overlaps and readings over the limit, in order of time.
    ///
    /// Keep those whose span from `from` to `to` touches the edges.
    public let findings: [ReadingFinding]
    /// The beginning of the first reading that takes part, microseconds since 1970-01-01T00:00:00Z; `nil`: none does.
    public let firstTime: Int64?

    /// The readings that count, in order of time, none of which overlap.
    private let readings: [IntervalReading]

    /// Judges readings that come in ascending order of their beginning, each beginning once (anything else is a bug of
    /// the caller and traps), of 1 s to an hour and 0 to 10¹² Wh each.
    ///
    /// - Parameters:
    ///   - readings: What the meter said.
    ///   - limits: What its connection carries.
    ///   - decisions: What people decided about its readings, by the reading's beginning.
    public init(
        readings: [IntervalReading],
        limits: ConnectionLimits,
        decisions: [Int64: ReadingDecision] = [:]
    ) {
        for index in readings.indices.dropFirst() {
            precondition(readings[index - 1].start < readings[index].start, "readings must ascend, each beginning once")
        }
        let given = decisions.isEmpty ? readings : readings.filter { decisions[$0.start] != .setAside }
        let steps = RegisterSteps(limits)
        var counted: [IntervalReading] = []
        counted.reserveCapacity(given.count)
        var findings: [ReadingFinding] = []
        for (index, reading) in given.enumerated() {
            let isAccepted = decisions[reading.start] == .accept
            if let longer = Self.overlapping(index, in: given) {
                if !isAccepted { findings.append(ReadingFinding(overlap: reading, with: longer)) }
                continue
            }
            if !isAccepted, let finding = ReadingFinding(overLimit: reading, steps: steps) { findings.append(finding) }
            counted.append(reading)
        }
        self.readings = counted
        self.findings = findings
        firstTime = counted.first?.start
    }

    /// The energy of `count` intervals of the same length in a row; `nil` where a piece of one has no reading.
    ///
    /// They begin at `from`, `from + interval`, …; `interval` is in microseconds and above 0. One pass over readings and
    /// intervals.
    public func energies(from: Int64, interval: Int64, count: Int) -> [IntervalEnergy?] {
        precondition(interval > 0 && count >= 0, "intervals have a length, and not fewer than none are asked for")
        var result: [IntervalEnergy?] = []
        result.reserveCapacity(count)
        var next = readings.firstIndexAscending { $0.end > from }
        var start = from
        for _ in 0..<count {
            let end = start + interval
            var sum = IntervalEnergy(importWh: 0, exportWh: 0)
            var covered: Int64 = 0
            while next < readings.count, readings[next].start < end {
                let piece = IntervalTrace.Piece(readings[next], from: start, until: end)
                covered += piece.until - piece.from
                sum.importWh += piece.importWh
                sum.exportWh += piece.exportWh
                sum.quality = max(sum.quality, piece.isPart ? .estimated : piece.reading.quality)
                // What reaches beyond this interval has its rest in the next one.
                if piece.reading.end > end { break }
                next += 1
            }
            result.append(covered == interval ? sum : nil)
            start = end
        }
        return result
    }

    /// Explains the energy of one interval: what of which reading it is made of.
    ///
    /// - Parameters:
    ///   - start: the interval's beginning: microseconds since 1970-01-01T00:00:00Z.
    ///   - interval: its length in microseconds; above 0.
    public func explain(from start: Int64, interval: Int64) -> IntervalTrace {
        let end = start + interval
        let pieces = readings.filter { $0.start < end && $0.end > start }
            .map { IntervalTrace.Piece($0, from: start, until: end) }
        return IntervalTrace(
            pieces: pieces,
            covered: pieces.reduce(0) { $0 + $1.until - $1.from },
            energy: energies(from: start, interval: interval, count: 1)[0]
        )
    }

    /// The longest reading before which this one has to stand back; `nil`: it counts.
    private static func overlapping(_ index: Int, in readings: [IntervalReading]) -> IntervalReading? {
        let reading = readings[index]
        var found: IntervalReading?
        for other in readings[..<index].reversed() {
            // Readings are an hour long at most.
            if other.start <= reading.start - reach { break }
            if other.end > reading.start, other.seconds >= reading.seconds, other.seconds > found?.seconds ?? 0 {
                found = other
            }
        }
        for other in readings[(index + 1)...] {
            if other.start >= reading.end { break }
            if other.seconds > reading.seconds, other.seconds > found?.seconds ?? 0 { found = other }
        }
        return found
    }
}

extension IntervalReading {
    /// The part of an amount of this reading that falls into [left, right), by floored cumulative shares.
    func share(of amount: Int64?, from left: Int64, to right: Int64) -> Int64 {
        guard let amount else { return 0 }
        if right - left == length { return amount }
        return amount.times(right - start, dividedBy: length).quotient
            - amount.times(left - start, dividedBy: length).quotient
    }
}

extension ReadingFinding {
    /// The finding that a reading was set aside because a longer one says what it says.
    fileprivate init(overlap reading: IntervalReading, with longer: IntervalReading) {
        self.init(
            kind: .overlap,
            from: reading.start,
            to: reading.end,
            detail:
                "A reading of \(reading.amounts) in \(reading.seconds) s lies in the time of one of \(longer.amounts) "
                + "in \(longer.seconds) s, which counts. It was set aside."
        )
    }

    /// The note that a reading is over what the connection carries; `nil` if it is not.
    fileprivate init?(overLimit reading: IntervalReading, steps: RegisterSteps) {
        let over = EnergyRegister.allCases.compactMap { register -> String? in
            let limit = steps.limit(of: register)
            guard let energy = register == .imported ? reading.importWh : reading.exportWh,
                limit.step(rise: energy, elapsed: reading.length) == .impossible
            else { return nil }
            return "\(register.rawValue) of \(energy) Wh where the connection allows "
                + "\(limit.mostRise(within: reading.length)) Wh"
        }
        if over.isEmpty { return nil }
        self.init(
            kind: .overLimit,
            from: reading.start,
            to: reading.end,
            detail: "A reading of \(reading.seconds) s has an \(over.joined(separator: " and an ")). It counts. "
                + "If the connection is larger, tell the registry; if the reading is wrong, set it aside."
        )
    }
}

extension IntervalReading {
    /// For people.
    fileprivate var amounts: String {
        let values = [importWh.map { "import \($0) Wh" }, exportWh.map { "export \($0) Wh" }]
        return values.compactMap { $0 }.joined(separator: " and ")
    }
}
