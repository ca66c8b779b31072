import Ingestion
import MeterReadings
import PostgresStore
import ReadingImport

/// What an import did, or would do, for people.
enum ImportText {
    /// What of the file was passed over on purpose.
    static func passedOver(_ file: ReadingFile) -> [String] {
        file.passedOver.sorted { $0.key < $1.key }.map {
            "passed over: \(EnergyText.grouped(Int64($0.value))) × \(TerminalText.safe($0.key))"
        }
    }

    /// Faults with their places, and how many more there are.
    static func faults(_ faults: [FileFault], count: Int, limit: Int) -> [String] {
        var lines = faults.prefix(limit).map { TerminalText.safe($0.description) }
        if count > lines.count {
            lines.append("… and \(EnergyText.grouped(Int64(count - lines.count))) more; --show lists more")
        }
        return lines
    }

    /// What each reading would become, by device and time.
    static func outcomes(_ readings: [FileReading], _ result: ImportResult, limit: Int) -> [String] {
        var table = TextTable([
            .number("line"), .text("device"), .text("time (UTC)"), .number("import Wh"), .number("export Wh"),
            .text("quality"),
            .text("would be"),
        ])
        let rows = Array(zip(readings, result.outcomes))
        for (found, outcome) in rows.prefix(limit) {
            let reading = found.reading
            table.append([
                String(found.line), found.device, TimeText.utc(reading.measuredAt), wattHours(reading.importWh),
                wattHours(reading.exportWh), String(Character(UnicodeScalar(reading.quality.rawValue))),
                outcome?.rawValue ?? "refused",
            ])
        }
        let more = rows.count - table.rows.count
        return table.lines() + (more > 0 ? ["… and \(EnergyText.grouped(Int64(more))) more; --show lists more"] : [])
    }

    /// How many readings had which outcome.
    static func summary(_ counts: OutcomeCounts, isTrial: Bool) -> [String] {
        let total = counts.accepted + counts.duplicate + counts.replaced + counts.superseded
        let parts = [
            (counts.accepted, "accepted"), (counts.duplicate, "duplicate"), (counts.replaced, "replaced"),
            (counts.superseded, "superseded"),
        ].map { "\(EnergyText.grouped($0.0)) \($0.1)" }.joined(separator: ", ")
        return [(isTrial ? "would import " : "imported ") + EnergyText.count(total, "reading") + ": " + parts]
    }

    /// What becomes due again.
    static func due(_ communities: [DueIntervals], isTrial: Bool) -> [String] {
        if communities.isEmpty { return ["no settled interval \(isTrial ? "would be" : "is") due again"] }
        return communities.map { due in
            let final = due.finalIntervals > 0 ? ", \(EnergyText.grouped(due.finalIntervals)) of them final" : ""
            return
                "\(TerminalText.safe(due.community)): \(EnergyText.count(due.intervals, "settled interval"))\(final), "
                + (isTrial ? "would be due again" : "due again")
        }
    }

    /// A dash for none.
    static func wattHours(_ energy: Int64?) -> String { energy.map { EnergyText.grouped($0) } ?? "-" }
}
