/// A meter's readings over a span of time, ready to say how much energy passed in each interval.
///
/// **Register at an edge.** R(b) is the reading at b, else the linear interpolation between the last reading before b
/// and the first after it, rounded down to whole Wh (in 128 bits). The energy of [b, b+1) is R(b+1) − R(b), import and
/// export each on its own, so intervals telescope: their sum is what the register rose by between the outer edges, to
/// the Wh, whatever the gaps.
///
/// **Breaks.** Between two adjacent readings a register that both report may fall or rise by more than the connection
/// allows (``isBreak(from:to:limits:)``). One reading that breaks with both its neighbours while these agree is an
/// outlier, if neither neighbour could be one as well: it is set aside. Across any other break no energy passes, in
/// neither register, and both readings stay.
///
/// **Exchanges.** From an exchange of the meter on a register counts with the ``MeterEpoch``'s offset, and the step across
/// it is judged, and counted, on what runs on: (final − reading before) + (reading after − start). Where the registers at
/// the exchange are not known, no energy crosses it, and nothing is found. The other register is judged for itself.
///
/// **Decisions.** A reading that a person set aside is as if it were not there, also for ``context``. The step that leads
/// to an accepted one is no break: its rise counts, its fall does not.
///
/// **Quality.** The worse of the two edges; an edge at a reading has that reading's, an interpolated one the worse of
/// its two readings', and ``EnergyQuality/estimated`` if these lie more than one interval apart. An interval in which
/// energy is missing, because none is counted from one reading to the next, is ``EnergyQuality/estimated`` as well.
///
/// **A register that a reading does not report** is not a point of that register's series, and each series is judged on
/// the readings that report it. An interval has a value if one register is known at both edges and the other is too, or
/// is silent there: reported by no reading in the interval nor by any of the ``silence`` last before it; then it counts
/// 0. So a meter that never exports has an export of 0 everywhere, one that begins to report its export has 0 until
/// then, and where a register that was just reported has no reading after the interval yet, the interval is not
/// complete: `nil`. So is the one interval in which a register is reported for the first time, because what passed
/// before that is not known.
///
/// **Context.** The readings should reach ``context`` beyond the outer edges on both sides, where there are as many (of
/// each register, should a meter report its two in different readings). Then what is found between the edges is final:
/// more context changes nothing.
public struct RegisterSeries: Sendable {
    /// How many readings before the first edge and after the last one are needed, where they exist.
    ///
    /// Two on each side decide whether a reading is an outlier; where the one next to an edge is, the one beyond it
    /// bears the edge. That makes three; the fourth is for good measure.
    public static let context = 4
    /// After how many readings without it a register counts as silent.
    public static let silence = 4

    /// Breaks, outliers and rollovers, in order of time.
    ///
    /// Those that touch nothing between the outer edges are about the context: there, with less than the whole story, a
    /// break may be found that is not one. Keep those whose span from `from` to `to` touches the edges.
    public let findings: [ReadingFinding]

    /// The time of the first reading that takes part, microseconds since 1970-01-01T00:00:00Z; `nil`: none does.
    public var firstTime: Int64? { readings.first?.time }

    /// The readings that nobody set aside.
    let readings: [RegisterReading]
    /// When the meter was exchanged, in any order.
    let exchanges: [Int64]
    /// The import register.
    private let imported: ContinuedRegister
    /// The export register.
    private let exported: ContinuedRegister

    /// Judges readings that come in ascending order of time, each time once (anything else is a bug of the caller and
    /// traps), with registers from 0 to 10¹² Wh.
    ///
    /// - Parameters:
    ///   - readings: What the meter said.
    ///   - limits: What its connection carries.
    ///   - epochs: All of its exchanges, in any order; also those outside of the readings' time.
    ///   - decisions: What people decided about its readings, by the reading's time; a decision on a reading that is not
    ///     there says nothing.
    public init(
        readings: [RegisterReading],
        limits: ConnectionLimits,
        epochs: [MeterEpoch] = [],
        decisions: [Int64: ReadingDecision] = [:]
    ) {
        for index in readings.indices.dropFirst() {
            precondition(
                readings[index - 1].time < readings[index].time,
                "readings must ascend in time, each time once"
            )
        }
        let readings = decisions.isEmpty ? readings : readings.filter { decisions[$0.time] != .setAside }
        let steps = RegisterSteps(limits, epochs: epochs, decisions: decisions)
        let importing = Self.reporting(.imported, among: readings)
        let exporting = Self.reporting(.exported, among: readings)
        let importRun = ReadingRun(importing, steps: steps)
        // Most meters report both registers always: judged once.
        let isSame = importing.count == readings.count && exporting.count == readings.count
        let exportRun = isSame ? importRun : ReadingRun(exporting, steps: steps)

        self.readings = readings
        exchanges = epochs.map(\.validFrom)
        imported = ContinuedRegister(.imported, of: importRun, steps: steps)
        exported = ContinuedRegister(.exported, of: exportRun, steps: steps)
        let found = importRun.findings(steps: steps) + (isSame ? [] : exportRun.findings(steps: steps))
        findings = Self.inOrderOnce(found)
    }

    /// Whether a meter cannot have come from the one reading to the other, later one.
    ///
    /// It cannot if a register that both report falls (and it is not a plausible rollover), or rises by more than the
    /// connection allows in that time: ⌊watts × 1.2 × max(elapsed, 15 min) / 1 h⌋ + 1 Wh; for export, the inverter's
    /// watts × 1.1 where they are known. A rollover is plausible for a register of d known digits that stood at 0.9 ·
    /// 10^d kWh or more, if what passed is within that bound.
    ///
    /// How far a new reading reaches: only to its two neighbours, if there is no break in the steps between the two
    /// readings before it, itself and the two after it. Otherwise it may make a neighbour an outlier, or clear one, and
    /// reaches to the third reading on either side. Readings that were set aside are no neighbours.
    ///
    /// It knows nothing of exchanges and decisions: near one of these do not go by it.
    public static func isBreak(
        from before: RegisterReading,
        to after: RegisterReading,
        limits: ConnectionLimits
    ) -> Bool {
        RegisterSteps(limits).isBreak(from: before, to: after)
    }

    /// The energy of `count` intervals of the same length in a row; `nil` where it is not known, as ``RegisterSeries``
    /// says.
    ///
    /// They begin at `from`, `from + interval`, …, and each ends where the next begins; `interval` is in microseconds
    /// and above 0. One pass over readings and edges.
    public func energies(from: Int64, interval: Int64, count: Int) -> [IntervalEnergy?] {
        precondition(interval > 0 && count >= 0, "intervals have a length, and not fewer than none are asked for")
        var importCursor = EdgeCursor(imported, interval: interval)
        var exportCursor = EdgeCursor(exported, interval: interval)
        var result: [IntervalEnergy?] = []
        result.reserveCapacity(count)
        var start = from
        var importStart = importCursor.edge(at: start)
        var exportStart = exportCursor.edge(at: start)
        for _ in 0..<count {
            let end = start + interval
            let importEnd = importCursor.edge(at: end)
            let exportEnd = exportCursor.edge(at: end)
            var importAmount = Amount(importStart, importEnd)
            var exportAmount = Amount(exportStart, exportEnd)
            if importCursor.hasHole(from: start, to: end) { importAmount?.quality = .estimated }
            if exportCursor.hasHole(from: start, to: end) { exportAmount?.quality = .estimated }
            let isWhole =
                switch (importAmount, exportAmount) {
                case (.some, .some): true
                case (.some, nil): isSilent(exported, from: start, to: end)
                case (nil, .some): isSilent(imported, from: start, to: end)
                case (nil, nil): false
                }
            result.append(isWhole ? IntervalEnergy(imported: importAmount, exported: exportAmount) : nil)
            start = end
            importStart = importEnd
            exportStart = exportEnd
        }
        return result
    }

    /// One of the registers.
    func continued(_ register: EnergyRegister) -> ContinuedRegister {
        switch register {
        case .imported: imported
        case .exported: exported
        }
    }

    /// Whether a register is reported neither in [start, end] nor by any of the last readings before.
    func isSilent(_ register: ContinuedRegister, from start: Int64, to end: Int64) -> Bool {
        guard let last = register.lastPoint(atOrBefore: end) else { return true }
        let before = readings.firstIndexAscending { $0.time >= start }
        let at = readings.firstIndexAscending { $0.time >= last.time }
        return at < before - Self.silence
    }

    /// The readings that report a register.
    private static func reporting(
        _ register: EnergyRegister,
        among readings: [RegisterReading]
    ) -> [RegisterReading] {
        if readings.allSatisfy({ register.value(in: $0) != nil }) { return readings }
        return readings.filter { register.value(in: $0) != nil }
    }

    /// Sorts findings by time; one that both registers' series have is one finding.
    private static func inOrderOnce(_ found: [ReadingFinding]) -> [ReadingFinding] {
        var result: [ReadingFinding] = []
        for finding in found.sorted(by: { ($0.from, $0.to, $0.kind.rawValue) < ($1.from, $1.to, $1.kind.rawValue) }) {
            if let last = result.last, (last.from, last.to, last.kind) == (finding.from, finding.to, finding.kind) {
                continue
            }
            result.append(finding)
        }
        return result
    }
}

/// What passed through one register in one interval.
private struct Amount {
    let wh: Int64
    var quality: EnergyQuality

    /// The difference of a register's two edges; `nil` unless both are known.
    init?(_ start: EdgeCursor.Edge?, _ end: EdgeCursor.Edge?) {
        guard let start, let end else { return nil }
        wh = end.totalWh - start.totalWh
        quality = max(start.quality, end.quality)
    }
}

extension IntervalEnergy {
    /// Puts two registers together; one that is silent counts 0 and says nothing on quality.
    fileprivate init(imported: Amount?, exported: Amount?) {
        self.init(
            importWh: imported?.wh ?? 0,
            exportWh: exported?.wh ?? 0,
            quality: max(imported?.quality ?? .measured, exported?.quality ?? .measured)
        )
    }
}
