import CommunityRegistry
import PostgresStore

/// Anomalies for people and for programs.
enum AnomalyText {
    /// A table of anomalies, and how many more there are.
    static func lines(_ anomalies: [AnomalyRecord], count: Int64) -> [String] {
        guard !anomalies.isEmpty else { return ["no anomalies"] }
        let hasResolved = anomalies.contains { $0.resolution != nil }
        var table = TextTable(
            [
                .number("id"), .text("kind"), .text("device"), .text("from (UTC)"), .text("to (UTC)"), .text("detail"),
            ] + (hasResolved ? [.text("resolved")] : [])
        )
        for anomaly in anomalies {
            table.append(
                [
                    String(anomaly.id), anomaly.kind, anomaly.hubDeviceID, TimeText.seconds(anomaly.fromAt),
                    TimeText.seconds(anomaly.toAt), anomaly.detail,
                ] + (hasResolved ? [resolved(anomaly) ?? "-"] : [])
            )
        }
        return table.lines() + CountText.more(shown: anomalies.count, of: count, "newest")
    }

    /// A table of counts by kind.
    static func lines(_ counts: [ReasonCount]) -> [String] {
        CountText.lines(counts, of: "anomalies", by: "kind")
    }

    /// What a decision, or taking it back, did or would do; `resolvedAs` is `nil` for taking back.
    static func lines(_ report: DecisionReport, resolvedAs: AnomalyResolution?, isDryRun: Bool) -> [String] {
        let id = report.anomaly.id
        let verb =
            switch (resolvedAs != nil, isDryRun) {
            case (true, true): "would record"
            case (true, false): "recorded"
            case (false, true): "would take back"
            case (false, false): "took back"
            }
        var lines = report.recorded.map { "\(verb): \(TerminalText.safe($0))" }
        if let effect = report.effect { lines.append("energy " + energy(effect)) }
        lines += report.dueAgain.map { "\(isDryRun ? "would be due" : "due") again: \($0)" }
        let state = resolvedAs.map { "resolved as \($0.rawValue)" } ?? "open"
        lines.append("anomaly \(id) \(isDryRun ? "would be" : "is") \(state)")
        return lines
    }

    /// How a decision changes the energy around an anomaly.
    static func energy(_ effect: DecisionEffect) -> String {
        let span = "between \(TimeText.seconds(effect.from)) and \(TimeText.seconds(effect.until))"
        let registers = [
            ("import", effect.importBefore, effect.importAfter), ("export", effect.exportBefore, effect.exportAfter),
        ].filter { $0.1 != $0.2 }
        guard !registers.isEmpty else { return "\(span) stays as it is" }
        return "\(span): "
            + registers.map { name, before, after in
                "\(name) \(EnergyText.grouped(before)) Wh -> \(EnergyText.grouped(after)) Wh"
            }.joined(separator: ", ")
    }

    /// How and by whom it was resolved; `nil`: it is open.
    static func resolved(_ anomaly: AnomalyRecord) -> String? {
        anomaly.resolution.map { "\($0.rawValue) by \(anomaly.resolvedBy ?? "somebody"): \(anomaly.note ?? "")" }
    }

    /// The anomalies as a JSON array.
    static func json(_ anomalies: [AnomalyRecord]) -> JSONValue {
        .array(
            anomalies.map { anomaly in
                .object([
                    .init("id", .integer(anomaly.id)), .init("kind", .string(anomaly.kind)),
                    .init("hub_device_id", .string(anomaly.hubDeviceID)), .init("member", .optional(anomaly.member)),
                    .init("from_at", .string(TimeText.utc(anomaly.fromAt))),
                    .init("to_at", .string(TimeText.utc(anomaly.toAt))),
                    .init("detail", .string(anomaly.detail)), .init("found_at", .string(TimeText.utc(anomaly.foundAt))),
                    .init("resolution", .optional(anomaly.resolution?.rawValue)),
                    .init("resolved_by", .optional(anomaly.resolvedBy)),
                    .init("resolved_at", .optional(anomaly.resolvedAt.map { TimeText.utc($0) })),
                    .init("note", .optional(anomaly.note)),
                ])
            }
        )
    }

    /// The counts as a JSON object.
    static func json(_ counts: [ReasonCount]) -> JSONValue {
        .object(counts.map { .init($0.reason, .integer($0.count)) })
    }
}
