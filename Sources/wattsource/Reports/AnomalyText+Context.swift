import CommunityRegistry
import EnergySharing
import PostgresStore

extension AnomalyText {
    /// One anomaly with the readings around it, and what each decision would do.
    static func lines(_ context: AnomalyContext, choices: [DecisionChoice], style: TerminalStyle) -> [String] {
        let anomaly = context.anomaly
        var lines = [style.paint("anomaly \(anomaly.id), \(TerminalText.safe(anomaly.kind))", .bold)]
        lines.append("device       " + TerminalText.safe(anomaly.hubDeviceID))
        lines.append("member       " + TerminalText.safe(anomaly.member ?? "-"))
        lines.append("from         " + TimeText.utc(anomaly.fromAt))
        lines.append("to           " + TimeText.utc(anomaly.toAt))
        lines.append("found at     " + TimeText.utc(anomaly.foundAt))
        lines.append("detail       " + TerminalText.safe(anomaly.detail))
        if let resolved = resolved(anomaly) {
            lines.append("resolved at  \(TimeText.seconds(anomaly.resolvedAt)): \(TerminalText.safe(resolved))")
        }
        lines += ["", style.paint("Readings", .bold) + " around it; times are UTC"] + readings(context)
        if !context.history.isEmpty {
            lines += ["", style.paint("Readings that lost their place", .bold)] + history(context)
        }
        if !choices.isEmpty {
            lines += ["", style.paint("What can be decided", .bold), "  wattsource anomalies resolve \(anomaly.id) …"]
            lines += choices.flatMap { choice in
                ["  \(choice.arguments)", "      " + outcome(of: choice)]
            }
        }
        return lines
    }

    private static func outcome(of choice: DecisionChoice) -> String {
        let needsRegisters = choice.arguments.hasSuffix("meter-swap")
        let effect = choice.effect.map { "energy " + energy($0) } ?? "changes no energy"
        return needsRegisters
            ? "with registers (--import-final …, --import-start …): (final - before) + (after - start); without: \(effect)"
            : effect
    }

    private static func readings(_ context: AnomalyContext) -> [String] {
        guard !context.readings.isEmpty else { return ["none is stored any more"] }
        var table = TextTable([
            .text("time"), .number("import Wh"), .number("change"), .number("export Wh"), .number("change"),
            .text("quality"), .text(""),
        ])
        var last: AnomalyContext.Reading?
        for reading in context.readings {
            let swap = context.swaps.last { $0.at <= reading.time && $0.at > last?.time ?? .max }
            table.append([
                TimeText.utc(reading.time), amount(reading.importWh), change(reading.importWh, last?.importWh, reading),
                amount(reading.exportWh), change(reading.exportWh, last?.exportWh, reading), reading.quality,
                remarks(reading, context.anomaly, swap),
            ])
            if reading.takesPart, reading.decision != .setAside { last = reading }
        }
        return table.lines()
    }

    private static func remarks(
        _ reading: AnomalyContext.Reading,
        _ anomaly: AnomalyRecord,
        _ swap: RegistryMeterSwap?
    ) -> String {
        var remarks: [String] = []
        if let swap { remarks.append("meter exchanged at \(TimeText.utc(swap.at))") }
        if let decision = reading.decision { remarks.append(decision == .setAside ? "set aside" : "accepted") }
        if reading.time == anomaly.fromAt { remarks.append(anomaly.fromAt == anomaly.toAt ? "<- this one" : "<- from") }
        if reading.time == anomaly.toAt, anomaly.fromAt != anomaly.toAt { remarks.append("<- to") }
        return remarks.joined(separator: "; ")
    }

    private static func history(_ context: AnomalyContext) -> [String] {
        var table = TextTable([
            .text("time"), .number("import Wh"), .number("export Wh"), .text("quality"), .text("enqueued"),
            .text("cause"),
        ])
        for past in context.history {
            let reading = past.reading
            table.append([
                TimeText.utc(reading.time), amount(reading.importWh), amount(reading.exportWh), reading.quality,
                TimeText.seconds(reading.receivedAt), past.cause,
            ])
        }
        return table.lines()
    }

    private static func amount(_ wattHours: Int64?) -> String { wattHours.map(EnergyText.grouped) ?? "-" }

    /// The difference from the reading before; nothing where the readings are of intervals, which stand alone.
    private static func change(_ now: Int64?, _ before: Int64?, _ reading: AnomalyContext.Reading) -> String {
        guard reading.seconds == nil, let now, let before else { return "" }
        return (now >= before ? "+" : "") + EnergyText.grouped(now - before)
    }
}
