import CommunityRegistry
import EnergySharing
import PostgresStore

/// What a meter said about an interval as a JSON object.
///
/// Members: `readings`, `exchanges`, `findings`, `energy` (`import_wh`, `export_wh`, `quality`; null: none), and either `import` and
/// `export` (registers: their two edges with the readings beside them, and what happened between) or `pieces` (of readings of
/// intervals).
enum EvidenceJSON {
    /// The object.
    static func value(_ evidence: MeterEvidence) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("readings", .array(evidence.readings.map(reading))),
            .init("exchanges", .array(evidence.exchanges.map(exchange))),
            .init("findings", .array(evidence.findings.map(finding))),
            .init("energy", evidence.energy.energy.map(energy) ?? .null),
        ]
        switch evidence.energy {
        case .registers(let trace):
            members.append(.init("import", register(trace.imported)))
            members.append(.init("export", register(trace.exported)))
        case .intervals(let trace): members.append(.init("pieces", .array(trace.pieces.map(piece))))
        }
        return .object(members)
    }

    private static func energy(_ energy: IntervalEnergy) -> JSONValue {
        .object([
            .init("import_wh", .integer(energy.importWh)), .init("export_wh", .integer(energy.exportWh)),
            .init("quality", .string(energy.quality.text)),
        ])
    }

    private static func reading(_ reading: MeterEvidence.Reading) -> JSONValue {
        let entry = reading.entry
        let isByHand = entry.broughtBy != nil || EvidenceText.origin(entry) != "the stream"
        return .object([
            .init("time", .string(TimeText.utc(entry.measuredAt))),
            .init("seconds", .optional(entry.seconds.map { Int64($0) })),
            .init("import_wh", .optional(entry.importWh)), .init("export_wh", .optional(entry.exportWh)),
            .init("quality", .string(entry.quality)), .init("use", .string(reading.use.rawValue)),
            .init("decided_by", .optional(reading.decidedBy?.name)),
            .init("decided_reason", .optional(reading.decidedBy?.reason)),
            .init("received_at", .string(TimeText.utc(entry.receivedAt))),
            .init("origin", isByHand ? "import" : "telemetry"), .init("brought_by", .optional(entry.broughtBy?.name)),
            .init("brought_reason", .optional(entry.broughtBy?.reason)),
            .init("flags", .array(EvidenceText.flags(entry).map(JSONValue.string))),
        ])
    }

    private static func exchange(_ swap: RegistryMeterSwap) -> JSONValue {
        .object([
            .init("at", .string(TimeText.utc(swap.at))),
            .init("import_final_wh", .optional(swap.imported?.finalWh)),
            .init("import_start_wh", .optional(swap.imported?.startWh)),
            .init("export_final_wh", .optional(swap.exported?.finalWh)),
            .init("export_start_wh", .optional(swap.exported?.startWh)),
        ])
    }

    private static func finding(_ finding: ReadingFinding) -> JSONValue {
        .object([
            .init("kind", .string(finding.kind.rawValue)), .init("from", .string(TimeText.utc(finding.from))),
            .init("to", .string(TimeText.utc(finding.to))), .init("detail", .string(finding.detail)),
        ])
    }

    // MARK: Registers

    private static func register(_ trace: RegisterTrace) -> JSONValue {
        .object([
            .init("is_silent", .boolean(trace.isSilent)), .init("start", edge(trace.start)),
            .init("end", edge(trace.end)),
            .init(
                "turns",
                .array(
                    trace.turns.map { turn in
                        .object([
                            .init("kind", .string(turn.kind.rawValue)), .init("from", point(turn.from)),
                            .init("to", point(turn.to)), .init("passed_wh", .integer(turn.passedWh)),
                        ])
                    }
                )
            ),
            .init("energy_wh", .optional(trace.energyWh)),
        ])
    }

    private static func edge(_ edge: RegisterTrace.Edge) -> JSONValue {
        .object([
            .init("time", .string(TimeText.utc(edge.time))), .init("before", point(edge.before)),
            .init("after", point(edge.after)), .init("register_wh", .optional(edge.registerWh)),
            .init("quality", .optional(edge.quality?.text)),
        ])
    }

    private static func point(_ point: RegisterTrace.Point?) -> JSONValue {
        guard let point else { return .null }
        return .object([
            .init("time", .string(TimeText.utc(point.time))), .init("shown_wh", .integer(point.shownWh)),
            .init("running_wh", .integer(point.runningWh)), .init("quality", .string(point.quality.text)),
        ])
    }

    // MARK: Readings of intervals

    private static func piece(_ piece: IntervalTrace.Piece) -> JSONValue {
        .object([
            .init("reading_start", .string(TimeText.utc(piece.reading.start))),
            .init("reading_seconds", .integer(Int64(piece.reading.seconds))),
            .init("reading_import_wh", .optional(piece.reading.importWh)),
            .init("reading_export_wh", .optional(piece.reading.exportWh)),
            .init("from", .string(TimeText.utc(piece.from))), .init("until", .string(TimeText.utc(piece.until))),
            .init("import_wh", .integer(piece.importWh)), .init("export_wh", .integer(piece.exportWh)),
        ])
    }
}
