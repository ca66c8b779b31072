import Ingestion
import PostgresStore

/// Dead letters for people and for programs.
enum DeadLetterText {
    /// A table of letters without their content, and how many more there are.
    static func lines(_ letters: [DeadLetter], count: Int64) -> [String] {
        guard !letters.isEmpty else { return ["no dead letters"] }
        let hasResolved = letters.contains { $0.resolvedAt != nil }
        var table = TextTable(
            [.text("id"), .text("enqueued (UTC)"), .text("reason"), .text("device"), .text("detail")]
                + (hasResolved ? [.text("resolution")] : [])
        )
        for letter in letters {
            table.append(
                [
                    letter.id.description, TimeText.seconds(letter.receivedAt), letter.reason,
                    letter.hubDeviceID ?? "-",
                    letter.detail,
                ] + (hasResolved ? [letter.resolvedAt == nil ? "-" : letter.resolution ?? "resolved"] : [])
            )
        }
        return table.lines() + CountText.more(shown: letters.count, of: count, "newest")
    }

    /// A table of counts by reason.
    static func lines(_ counts: [ReasonCount]) -> [String] {
        CountText.lines(counts, of: "dead letters", by: "reason")
    }

    /// What became of one record's letters, in a line.
    static func line(_ record: ReplayedRecord) -> String {
        var parts = outcomes(record.outcomes)
        for refusal in record.refusals {
            let place = refusal.readingIndex < 0 ? "" : "reading \(refusal.readingIndex) "
            parts.append("\(place)refused again: \(refusal.reason), \(refusal.detail)")
        }
        if parts.isEmpty { parts = ["nothing in it that counts"] }
        return TerminalText.safe("\(record.id): " + parts.joined(separator: "; "))
    }

    /// What a replay came to.
    static func lines(_ summary: ReplaySummary, isDryRun: Bool) -> [String] {
        guard summary.letters > 0 else { return ["no dead letters to replay"] }
        let would = isDryRun ? "would be " : ""
        var lines = [
            "\(EnergyText.count(Int64(summary.letters), "dead letter")) replayed: \(EnergyText.grouped(Int64(summary.resolved))) "
                + "\(would)resolved, \(EnergyText.grouped(Int64(summary.unresolved))) \(isDryRun ? "would stay" : "stay")"
        ]
        let counts = outcomes(summary.outcomes)
        if !counts.isEmpty { lines.append("readings: " + counts.joined(separator: ", ")) }
        for (reason, count) in summary.refusals.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            lines.append("refused again, \(reason): \(EnergyText.grouped(Int64(count)))")
        }
        if isDryRun { lines.append("nothing was changed") }
        return lines
    }

    private static func outcomes(_ counts: OutcomeCounts) -> [String] {
        [
            ("accepted", counts.accepted), ("duplicate", counts.duplicate), ("replaced", counts.replaced),
            ("superseded", counts.superseded),
        ].filter { $0.1 > 0 }.map { "\($0.0) \(EnergyText.grouped($0.1))" }
    }

    /// Letters with what was in their record; of each record that is shown once, below its first letter.
    static func lines(_ contents: [DeadLetterContent], style: TerminalStyle) -> [String] {
        var lines: [String] = []
        var incarnation: Int32?
        for content in contents {
            if !lines.isEmpty { lines.append("") }
            lines += summary(content.letter, style)
            if content.letter.incarnation == incarnation {
                lines.append(
                    "its record is above; wattsource dead-letters show \(content.letter.id) marks its place in it"
                )
            } else {
                lines += record(content, style)
            }
            incarnation = content.letter.incarnation
        }
        return lines
    }

    private static func summary(_ letter: DeadLetter, _ style: TerminalStyle) -> [String] {
        var lines = [style.paint("dead letter \(TerminalText.safe(letter.id.description))", .bold)]
        let index = letter.id.index ?? -1
        lines.append(
            "refused      " + (index < 0 ? "the whole record" : "reading \(index) of the record, counted from 0")
        )
        lines.append("reason       " + TerminalText.safe(letter.reason))
        lines.append("detail       " + TerminalText.safe(letter.detail))
        lines.append("device       " + TerminalText.safe(letter.hubDeviceID ?? "-"))
        lines.append("enqueued at  " + TimeText.utc(letter.receivedAt))
        lines.append("refused at   " + TimeText.utc(letter.recordedAt))
        if letter.incarnation > 0 { lines.append("incarnation  \(letter.incarnation)") }
        if letter.attempts > 0 {
            lines.append("replayed     \(EnergyText.count(Int64(letter.attempts), "time")) in vain")
        }
        if let resolvedAt = letter.resolvedAt {
            let by = letter.resolvedBy.map { " by \($0)" } ?? ""
            let note = letter.note.map { ": \($0)" } ?? ""
            lines.append(
                "resolved at  \(TimeText.utc(resolvedAt)), \(TerminalText.safe("\(letter.resolution ?? "")\(by)\(note)"))"
            )
        }
        return lines
    }

    private static func record(_ content: DeadLetterContent, _ style: TerminalStyle) -> [String] {
        var lines: [String] = []
        if let time = content.recordTime { lines.append("broker time  " + TimeText.utc(time)) }
        if let key = content.key { lines.append("key          " + HeaderText.text(key)) }
        lines.append(style.paint("headers", .bold) + (content.headers.isEmpty ? ": none" : ""))
        for header in content.headers {
            lines.append("  \(HeaderText.text(header.name)): \(HeaderText.text(header.value))")
        }
        guard let payload = content.payload else { return lines + [style.paint("payload", .bold) + ": not kept"] }
        lines.append(style.paint("payload", .bold) + ", " + EnergyText.count(Int64(payload.count), "byte"))
        let fault = PayloadText.faultyByte(in: content.letter.detail)
        lines += PayloadText.lines(payload, marking: fault, width: style.width - 2).map { "  " + $0 }
        guard let body = UnpackedBody.of(content) else { return lines }
        lines.append(style.paint("unpacked body", .bold) + ", " + EnergyText.count(Int64(body.count), "byte"))
        let inside = PayloadText.faultyByte(in: content.letter.detail, unpacked: true)
        return lines + PayloadText.lines(body, marking: inside, width: style.width - 2).map { "  " + $0 }
    }

    /// The letters without their content as a JSON array.
    static func json(_ letters: [DeadLetter]) -> JSONValue {
        .array(
            letters.map { letter in
                .object([
                    .init("id", .string(letter.id.description)),
                    .init("topic", .string(letter.id.partition.topic)),
                    .init("partition", .integer(Int64(letter.id.partition.partition))),
                    .init("incarnation", .integer(Int64(letter.incarnation))),
                    .init("offset", .integer(letter.id.offset)),
                    .init("reading_index", .integer(Int64(letter.id.index ?? -1))),
                    .init("received_at", .string(TimeText.utc(letter.receivedAt))),
                    .init("recorded_at", .string(TimeText.utc(letter.recordedAt))),
                    .init("reason", .string(letter.reason)),
                    .init("detail", .string(letter.detail)),
                    .init("hub_device_id", .optional(letter.hubDeviceID)),
                    .init("resolved_at", .optional(letter.resolvedAt.map { TimeText.utc($0) })),
                    .init("resolution", .optional(letter.resolution)),
                    .init("resolved_by", .optional(letter.resolvedBy)),
                    .init("note", .optional(letter.note)),
                    .init("attempts", .integer(Int64(letter.attempts))),
                ])
            }
        )
    }

    /// The counts as a JSON object.
    static func json(_ counts: [ReasonCount]) -> JSONValue {
        .object(counts.map { .init($0.reason, .integer($0.count)) })
    }
}
