import PostgresStore

/// The ledger's sums for people and for programs.
enum LedgerText {
    /// Lines that say what became of records and readings.
    static func lines(_ ledger: LedgerSums) -> [String] {
        let number = EnergyText.grouped
        var lines = [
            "records \(number(ledger.records)): skipped \(number(ledger.skippedRecords)), "
                + "refused \(number(ledger.refusedRecords))",
            "readings \(number(ledger.readings)): accepted \(number(ledger.accepted)), "
                + "duplicate \(number(ledger.duplicate)), replaced \(number(ledger.replaced)), "
                + "superseded \(number(ledger.superseded)), rejected \(number(ledger.rejected))",
        ]
        if !ledger.deadLetters.isEmpty {
            let reasons = ledger.deadLetters.map { "\($0.reason) \(number($0.count))" }
            lines.append("dead letters by reason: " + reasons.joined(separator: ", "))
        }
        if !ledger.droppedLetters.isEmpty {
            let reasons = ledger.droppedLetters.map { "\($0.reason) \(number($0.count))" }
            lines.append("refusals beyond the daily limit, not kept: " + reasons.joined(separator: ", "))
        }
        if ledger.gapOffsets > 0 { lines.append("offsets in accepted gaps: \(number(ledger.gapOffsets))") }
        return lines
    }

    /// The ledger as a JSON object.
    static func json(_ ledger: LedgerSums) -> JSONValue {
        .object([
            .init("records", .integer(ledger.records)),
            .init("skipped_records", .integer(ledger.skippedRecords)),
            .init("refused_records", .integer(ledger.refusedRecords)),
            .init("readings", .integer(ledger.readings)),
            .init("accepted", .integer(ledger.accepted)),
            .init("duplicate", .integer(ledger.duplicate)),
            .init("replaced", .integer(ledger.replaced)),
            .init("superseded", .integer(ledger.superseded)),
            .init("rejected", .integer(ledger.rejected)),
            .init("gap_offsets", .integer(ledger.gapOffsets)),
            .init("dead_letters", .object(ledger.deadLetters.map { .init($0.reason, .integer($0.count)) })),
            .init("dropped_letters", .object(ledger.droppedLetters.map { .init($0.reason, .integer($0.count)) })),
        ])
    }
}
