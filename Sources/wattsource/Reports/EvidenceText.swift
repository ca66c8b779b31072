import CommunityRegistry
import EnergySharing
import MeterReadings
import PostgresStore

/// What a meter said about an interval, and the arithmetic that made energy of it, in lines.
struct EvidenceText {
    private let community: CommunityExplanation
    private let evidence: MeterEvidence

    init(_ community: CommunityExplanation, _ evidence: MeterEvidence) {
        self.community = community
        self.evidence = evidence
    }

    /// The readings, what happened between them, and the calculation.
    func lines() -> [String] {
        var lines = readings() + exchanges()
        lines += evidence.findings.map { "\($0.kind.rawValue): \($0.detail)" }
        switch evidence.energy {
        case .registers(let trace):
            lines += registers("import", "imported", trace.imported) + registers("export", "exported", trace.exported)
        case .intervals(let trace): lines += pieces(trace)
        }
        guard let energy = evidence.energy.energy else { return lines + ["so the interval has no value of this meter"] }
        return lines + ["quality \(energy.quality.text): \(quality(energy.quality))"]
    }

    // MARK: Readings

    private func readings() -> [String] {
        guard !evidence.readings.isEmpty else { return ["no reading of this meter is stored around the interval"] }
        let hasIntervals = evidence.readings.contains { $0.entry.seconds != nil }
        var table = TextTable(
            [.text("time")] + (hasIntervals ? [.number("seconds")] : []) + [
                .number("import Wh"), .number("export Wh"), .text("quality"), .text("use"), .text("received"),
                .text("from"),
            ]
        )
        for reading in evidence.readings {
            let entry = reading.entry
            table.append(
                [TimeText.utc(entry.measuredAt)] + (hasIntervals ? [entry.seconds.map { "\($0)" } ?? "-"] : []) + [
                    entry.importWh.map { "\($0)" } ?? "-", entry.exportWh.map { "\($0)" } ?? "-", entry.quality,
                    use(reading), TimeText.seconds(entry.receivedAt),
                    ([Self.origin(entry)] + Self.flags(entry)).joined(separator: "; "),
                ]
            )
        }
        return table.lines()
    }

    private func use(_ reading: MeterEvidence.Reading) -> String {
        let decider = reading.decidedBy.map { " by \($0.name): \($0.reason)" } ?? ""
        return switch reading.use {
        case .counts: "counts"
        case .accepted: "counts, accepted\(decider)"
        case .setAside: "set aside\(decider)"
        case .outlier: "outlier"
        case .overlap: "in the time of a longer one"
        case .quality: "takes no part by its quality"
        }
    }

    /// Where a reading came from.
    static func origin(_ entry: HistoryEntry) -> String {
        guard ReadingFlags(rawValue: entry.flags).contains(.imported) else { return "the stream" }
        return "by hand" + (entry.broughtBy.map { ": \($0.name), \($0.reason)" } ?? "")
    }

    /// A reading's flags in words, but for where it came from.
    static func flags(_ entry: HistoryEntry) -> [String] {
        let words: [(ReadingFlags, String)] = [
            (.aheadOfHub, "ahead of the hub's clock"), (.late, "late"), (.hubTime, "the hub's time"),
            (.localTime, "local time"), (.snapped, "start moved to the grid"),
        ]
        let flags = ReadingFlags(rawValue: entry.flags)
        return words.filter { flags.contains($0.0) }.map(\.1)
    }

    private func exchanges() -> [String] {
        evidence.exchanges.map { swap in
            func register(_ name: String, _ exchange: RegistryMeterSwap.Exchange?) -> String {
                exchange.map { "\(name) from \($0.finalWh) Wh on the old one to \($0.startWh) Wh on the new one" }
                    ?? "\(name) registers not known"
            }
            return "the meter was exchanged at \(TimeText.utc(swap.at)): \(register("import", swap.imported)), "
                + register("export", swap.exported)
        }
    }

    // MARK: Registers

    private func registers(_ name: String, _ done: String, _ trace: RegisterTrace) -> [String] {
        if trace.isSilent { return ["\(done): the meter does not report that register here: 0 Wh"] }
        var lines = trace.turns.map { turn in
            let (from, to) = (turn.from, turn.to)
            let step =
                "\(name) from \(TimeText.utc(from.time)) to \(TimeText.utc(to.time)), \(from.shownWh) Wh to \(to.shownWh) Wh"
            let counts = "\(turn.passedWh) Wh count, so that \(to.shownWh) Wh stand for \(to.runningWh) Wh below"
            return switch turn.kind {
            case .uncounted: "\(step): what passed is not known; \(counts)"
            case .rollover: "\(step): the register passed its end; \(counts)"
            case .exchange: "\(step), across the exchange: \(counts)"
            }
        }
        lines += [edge(name, trace.start), edge(name, trace.end)]
        if let energy = trace.energyWh, let start = trace.start.registerWh, let end = trace.end.registerWh {
            lines.append("\(done): \(end) − \(start) = \(energy) Wh")
        }
        return lines
    }

    private func edge(_ name: String, _ edge: RegisterTrace.Edge) -> String {
        let place = "\(name) register at \(TimeText.utc(edge.time))"
        guard let before = edge.before else {
            return "\(place): not known, no reading at or before that instant counts"
        }
        guard let after = edge.after, let register = edge.registerWh else {
            return "\(place): not known, no reading at or after that instant yet"
        }
        if before.time == edge.time { return "\(place): \(register) Wh, by the reading of that instant" }
        let (r1, r2) = (before.runningWh, after.runningWh)
        let time = Self.fraction(edge.time - before.time, of: after.time - before.time)
        return "\(place): \(r1) + ⌊(\(r2) − \(r1)) × \(time)⌋ = \(register) Wh"
    }

    /// Two spans in seconds, or in microseconds where one of them is no whole number of seconds: `600 s / 900 s`.
    private static func fraction(_ part: Int64, of whole: Int64) -> String {
        let isWhole = part % 1_000_000 == 0 && whole % 1_000_000 == 0
        return isWhole ? "\(part / 1_000_000) s / \(whole / 1_000_000) s" : "\(part) µs / \(whole) µs"
    }

    // MARK: Readings of intervals

    private func pieces(_ trace: IntervalTrace) -> [String] {
        var lines: [String] = []
        for piece in trace.pieces where piece.isPart {
            let reading = piece.reading
            let span = "\(TimeText.utc(piece.from)) to \(TimeText.utc(piece.until))"
            for (name, whole, part) in [
                ("import", reading.importWh, piece.importWh), ("export", reading.exportWh, piece.exportWh),
            ] {
                guard let whole else { continue }
                func share(_ time: Int64) -> String {
                    "⌊\(whole) × \(Self.fraction(time - reading.start, of: Int64(reading.seconds) * 1_000_000))⌋"
                }
                lines.append(
                    "of the \(name) of the reading that begins at \(TimeText.utc(reading.start)), from \(span): "
                        + "\(share(piece.until)) − \(share(piece.from)) = \(part) Wh"
                )
            }
        }
        let length = community.end - community.start
        if trace.covered < length {
            return lines + ["readings cover \(TimeText.duration(trace.covered)) of \(TimeText.duration(length))"]
        }
        func sum(_ amounts: [Int64]) -> String {
            amounts.map { "\($0)" }.joined(separator: " + ") + (amounts.count > 1 ? " = \(amounts.reduce(0, +))" : "")
        }
        return lines + [
            "imported: \(sum(trace.pieces.map(\.importWh))) Wh", "exported: \(sum(trace.pieces.map(\.exportWh))) Wh",
        ]
    }

    // MARK: Quality

    private func quality(_ quality: EnergyQuality) -> String {
        switch (quality, evidence.energy) {
        case (.measured, _): "measured"
        case (.substituted, _): "a reading is a substitute"
        case (.estimated, .registers(let trace)):
            if [trace.imported, trace.exported].contains(where: { $0.turns.contains { $0.kind == .uncounted } }) {
                "energy is missing between two readings"
            } else if evidence.readings.contains(where: { $0.entry.quality == "E" && $0.use != .setAside }) {
                "a reading is an estimate, or an edge lies between readings more than an interval apart"
            } else {
                "an edge lies between readings more than an interval apart"
            }
        case (.estimated, .intervals(let trace)):
            trace.pieces.contains(where: \.isPart) ? "a reading was split" : "a reading is an estimate"
        }
    }
}
