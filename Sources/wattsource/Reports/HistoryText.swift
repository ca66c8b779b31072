import MeterReadings
import PostgresStore

/// What was said about a device's readings, for people and for programs.
enum HistoryText {
    /// A table, and how many more there are.
    static func lines(_ entries: [HistoryEntry], count: Int64) -> [String] {
        guard !entries.isEmpty else { return ["nothing was ever said about that"] }
        let hasIntervals = entries.contains { $0.seconds != nil }
        var table = TextTable(
            [.text("time (UTC)")] + (hasIntervals ? [.number("seconds")] : []) + [
                .text("state"), .number("import Wh"), .number("export Wh"), .text("quality"), .text("came from"),
                .text("received (UTC)"), .text("lost its place (UTC)"), .text("by"),
            ]
        )
        for entry in entries {
            table.append(
                [TimeText.utc(entry.measuredAt)] + (hasIntervals ? [entry.seconds.map { String($0) } ?? "-"] : []) + [
                    entry.state.rawValue, ImportText.wattHours(entry.importWh), ImportText.wattHours(entry.exportWh),
                    entry.quality, origin(entry), TimeText.seconds(entry.receivedAt),
                    TimeText.seconds(entry.recordedAt),
                    entry.endedBy.map(sentence) ?? "-",
                ]
            )
        }
        return table.lines() + CountText.more(shown: entries.count, of: count, "first")
    }

    private static func origin(_ entry: HistoryEntry) -> String {
        entry.flags & ReadingFlags.imported.rawValue == 0 ? "telemetry" : entry.broughtBy.map(sentence) ?? "by hand"
    }

    private static func sentence(_ actor: HistoryEntry.Actor) -> String { "\(actor.name): \(actor.reason)" }

    /// The entries as a JSON array.
    static func json(_ entries: [HistoryEntry]) -> JSONValue {
        .array(
            entries.map { entry in
                .object([
                    .init("measured_at", .string(TimeText.utc(entry.measuredAt))),
                    .init("interval_seconds", .optional(entry.seconds.map { Int64($0) })),
                    .init("state", .string(entry.state.rawValue)),
                    .init("import_wh", .optional(entry.importWh)),
                    .init("export_wh", .optional(entry.exportWh)),
                    .init("quality", .string(entry.quality)),
                    .init("flags", .integer(Int64(entry.flags))),
                    .init("origin", entry.flags & ReadingFlags.imported.rawValue == 0 ? "telemetry" : "import"),
                    .init("received_at", .string(TimeText.utc(entry.receivedAt))),
                    .init("recorded_at", .optional(entry.recordedAt.map { TimeText.utc($0) })),
                    .init("brought_by", .optional(entry.broughtBy?.name)),
                    .init("brought_reason", .optional(entry.broughtBy?.reason)),
                    .init("ended_by", .optional(entry.endedBy?.name)),
                    .init("ended_reason", .optional(entry.endedBy?.reason)),
                ])
            }
        )
    }
}
