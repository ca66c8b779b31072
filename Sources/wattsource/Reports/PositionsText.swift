import Ingestion
import PostgresStore

/// The partitions of the stream for people and for programs.
enum PositionsText {
    /// A table, then what is wrong in words.
    static func lines(_ partitions: [PartitionStatus], now: Int64, style: TerminalStyle) -> [String] {
        guard !partitions.isEmpty else { return ["nothing was consumed yet"] }
        let hasLag = partitions.contains { $0.endOffset != nil }
        var columns: [TextTable.Column] = [
            .text("topic"), .number("partition"), .text("verdict"), .number("next offset"),
        ]
        if hasLag { columns.append(.number("lag")) }
        columns += [.number("epoch"), .text("owner"), .text("watermark"), .text("last commit"), .text("at end for")]
        let hasIncarnations = partitions.contains { $0.incarnation > 0 }
        if hasIncarnations { columns.append(.number("incarnation")) }
        var table = TextTable(columns)
        for partition in partitions {
            var cells = [
                partition.partition.topic, String(partition.partition.partition), partition.verdict(now: now).rawValue,
                EnergyText.grouped(partition.nextOffset),
            ]
            if hasLag { cells.append(partition.lag.map(EnergyText.grouped) ?? "-") }
            cells += [
                String(partition.epoch), partition.owner ?? "-", TimeText.seconds(partition.watermark),
                age(partition, now),
                partition.atEndSince.map { TimeText.duration(now - $0) } ?? "-",
            ]
            if hasIncarnations { cells.append(String(partition.incarnation)) }
            table.append(cells)
        }
        var lines = table.lines()
        for partition in partitions {
            guard let reason = partition.haltReason else { continue }
            let sentence = "\(partition.partition) is halted at offset \(partition.nextOffset): \(reason)"
            lines.append(style.paint(TerminalText.safe(sentence), .red))
            lines.append("  to go on without what is lost: wattsource positions accept-gap --help")
        }
        return lines
    }

    /// The partitions as a JSON array.
    static func json(_ partitions: [PartitionStatus], now: Int64) -> JSONValue {
        .array(
            partitions.map { partition in
                .object([
                    .init("topic", .string(partition.partition.topic)),
                    .init("partition", .integer(Int64(partition.partition.partition))),
                    .init("verdict", .string(partition.verdict(now: now).rawValue.replacing(" ", with: "_"))),
                    .init("state", .string(partition.haltReason == nil ? "running" : "halted")),
                    .init("halt_reason", .optional(partition.haltReason)),
                    .init("incarnation", .integer(Int64(partition.incarnation))),
                    .init("first_offset", .integer(partition.firstOffset)),
                    .init("next_offset", .integer(partition.nextOffset)),
                    .init("end_offset", .optional(partition.endOffset)),
                    .init("lag", .optional(partition.lag)),
                    .init("epoch", .integer(partition.epoch)),
                    .init("owner", .optional(partition.owner)),
                    .init("owner_connected", .boolean(partition.isOwnerConnected)),
                    .init("watermark", .optional(partition.watermark.map { TimeText.utc($0) })),
                    .init("updated_at", partition.updatedAt == 0 ? .null : .string(TimeText.utc(partition.updatedAt))),
                    .init("at_end_since", .optional(partition.atEndSince.map { TimeText.utc($0) })),
                ])
            }
        )
    }

    private static func age(_ partition: PartitionStatus, _ now: Int64) -> String {
        partition.updatedAt == 0 ? "-" : TimeText.duration(now - partition.updatedAt) + " ago"
    }
}
