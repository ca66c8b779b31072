import Ingestion
import PostgresStore

/// How everything stands, for people and for programs.
enum StatusText {
    /// Lines for a terminal: the stream, the settlement, what needs a person, the ledger.
    static func lines(_ status: StatusSnapshot, style: TerminalStyle) -> [String] {
        var lines = [style.paint("Stream", .bold) + " at \(TimeText.seconds(status.now)); all times are UTC"]
        lines += PositionsText.lines(status.partitions, now: status.now, style: style)
        if let watermark = status.watermark { lines.append("watermark \(TimeText.seconds(watermark))") }
        lines += ["", style.paint("Settlement", .bold)] + settlement(status)
        lines += ["", style.paint("For a person to look at", .bold)] + attention(status)
        lines += ["", style.paint("Ledger", .bold)] + LedgerText.lines(status.ledger)
        return lines
    }

    private static func settlement(_ status: StatusSnapshot) -> [String] {
        guard !status.communities.isEmpty else {
            return ["no community: load a registry with wattsource registry apply"]
        }
        var table = TextTable([
            .text("community"), .text("settled until"), .text("next due at watermark"), .number("due again"),
            .number("provisional"), .number("final"), .number("corrected"), .number("incomplete"),
            .number("anomalies"),
        ])
        for community in status.communities {
            table.append([
                community.community, TimeText.seconds(community.settledUntil), TimeText.seconds(community.nextDueAt),
                EnergyText.grouped(community.dueSpans), EnergyText.grouped(community.provisional),
                EnergyText.grouped(community.final), EnergyText.grouped(community.corrected),
                EnergyText.grouped(community.incomplete), EnergyText.grouped(community.anomalies),
            ])
        }
        return table.lines() + ["due marks not looked at yet: \(EnergyText.grouped(status.dueMarks))"]
    }

    private static func attention(_ status: StatusSnapshot) -> [String] {
        var lines: [String] = []
        for verdict in [PartitionStatus.Verdict.halted, .stalled, .unowned] {
            let partitions = status.partitions.filter { $0.verdict(now: status.now) == verdict }
            guard !partitions.isEmpty else { continue }
            let names = partitions.map(\.partition.description).joined(separator: ", ")
            lines.append("\(verdict.rawValue): \(names)")
        }
        for letters in status.deadLetters {
            lines.append("dead letters, \(letters.reason): \(EnergyText.grouped(letters.count))")
        }
        for dropped in status.ledger.droppedLetters {
            lines.append("refusals not kept (daily limit), \(dropped.reason): \(EnergyText.grouped(dropped.count))")
        }
        for anomalies in status.anomalies {
            lines.append("anomalies, \(anomalies.reason): \(EnergyText.grouped(anomalies.count))")
        }
        for community in status.communities where community.lateSpans > 0 {
            lines.append(
                "readings too late for \(community.community), spans: \(EnergyText.grouped(community.lateSpans)); "
                    + "wattsource settle takes them in"
            )
        }
        return lines.isEmpty ? ["nothing"] : lines.map(TerminalText.safe)
    }

    /// One object: `now, watermark, partitions, communities, due_marks, dead_letters, anomalies, ledger`.
    static func json(_ status: StatusSnapshot) -> JSONValue {
        .object([
            .init("now", .string(TimeText.utc(status.now))),
            .init("watermark", .optional(status.watermark.map { TimeText.utc($0) })),
            .init("partitions", PositionsText.json(status.partitions, now: status.now)),
            .init("communities", .array(status.communities.map(community))),
            .init("due_marks", .integer(status.dueMarks)),
            .init("dead_letters", counts(status.deadLetters)),
            .init("anomalies", counts(status.anomalies)),
            .init("ledger", LedgerText.json(status.ledger)),
        ])
    }

    private static func community(_ status: CommunityStatus) -> JSONValue {
        .object([
            .init("community", .string(status.community)),
            .init("settled_until", .optional(status.settledUntil.map { TimeText.utc($0) })),
            .init("next_due_at", .optional(status.nextDueAt.map { TimeText.utc($0) })),
            .init("due_spans", .integer(status.dueSpans)),
            .init("late_spans", .integer(status.lateSpans)),
            .init("provisional", .integer(status.provisional)),
            .init("final", .integer(status.final)),
            .init("corrected", .integer(status.corrected)),
            .init("incomplete", .integer(status.incomplete)),
            .init("anomalies", .integer(status.anomalies)),
        ])
    }

    private static func counts(_ counts: [ReasonCount]) -> JSONValue {
        .object(counts.map { .init($0.reason, .integer($0.count)) })
    }
}
