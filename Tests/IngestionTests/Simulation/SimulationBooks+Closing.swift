import Ingestion

extension SimulationBooks {
    /// Compares all that is in the database with the journal, once everything has come to rest.
    func close(_ state: SimulatedDatabase.State, _ context: SimulationContext) {
        checkLedger(state, context)
        checkReadings(state, context)
        checkLetters(state, context)
    }

    /// The ledger covers every offset of every incarnation exactly once.
    private func checkLedger(_ state: SimulatedDatabase.State, _ context: SimulationContext) {
        var next: [Int: (incarnation: Int32, offset: Int64)] = [:]
        for row in state.ledger {
            if let before = next[row.partition], before.incarnation == row.incarnation, before.offset != row.firstOffset
            {
                context.violate("the ledger of \(row.partition) goes from \(before.offset) to \(row.firstOffset)")
            }
            if let before = next[row.partition], row.incarnation < before.incarnation {
                context.violate("the ledger of \(row.partition) goes back to incarnation \(row.incarnation)")
            }
            next[row.partition] = (row.incarnation, row.nextOffset)
        }
        for (index, position) in state.positions.enumerated() {
            guard let position else { continue }
            let last = next[index].flatMap { $0.incarnation == position.incarnation ? $0.offset : nil }
            guard position.nextOffset == last ?? position.firstOffset else {
                context.violate("the position of \(index) is \(position.nextOffset), the ledger ends at \(last ?? -1)")
                continue
            }
        }
    }

    /// Every reading that was covered is in the table, with the values that win; nothing else is.
    private func checkReadings(_ state: SimulatedDatabase.State, _ context: SimulationContext) {
        var required: [ReadingKey: StoredReading] = [:]
        var possible: [ReadingKey: [StoredReading]] = [:]
        for row in state.ledger where !row.isGap {
            guard let life = life(row.partition, row.incarnation) else { continue }
            for offset in Int(row.firstOffset)..<Int(row.nextOffset) {
                guard offset < life.records.count, let record = life.records[offset] else { continue }
                guard record.fate == .read else { continue }
                for reading in record.readings {
                    let stored = StoredReading(importWh: reading.importWh, receivedAt: record.enqueuedAt)
                    if offset < life.firstCut {
                        if let other = required[reading.key], !stored.isBetter(than: other) { continue }
                        required[reading.key] = stored
                    } else {
                        possible[reading.key, default: []].append(stored)
                    }
                }
            }
        }
        // What the log has lost may have been read before.
        for life in allLives {
            for record in life.cut where record.fate == .read {
                for reading in record.readings {
                    possible[reading.key, default: []].append(
                        StoredReading(importWh: reading.importWh, receivedAt: record.enqueuedAt)
                    )
                }
            }
        }
        for (key, reading) in required where state.readings[key] == nil {
            context.violate("the reading \(key) of \(reading) is lost")
        }
        for (key, reading) in state.readings {
            let others = possible[key] ?? []
            guard let best = required[key] else {
                if !others.contains(reading) { context.violate("nobody sent the reading \(key) of \(reading)") }
                continue
            }
            if reading != best && !(others.contains(reading) && reading.isBetter(than: best)) {
                context.violate("the reading \(key) is \(reading), but \(best) was sent")
            }
        }
        let accepted = state.ledger.reduce(0) { $0 + $1.outcomes.accepted }
        if accepted != Int64(state.readings.count) {
            context.violate("the ledger accepted \(accepted) readings, the table has \(state.readings.count)")
        }
    }

    /// Every record that had to be refused is a dead letter, once; no other is.
    private func checkLetters(_ state: SimulatedDatabase.State, _ context: SimulationContext) {
        var left = Set(state.letters)
        if left.count != state.letters.count { context.violate("a dead letter is there twice") }
        for row in state.ledger where !row.isGap {
            guard let life = life(row.partition, row.incarnation) else { continue }
            for offset in Int(row.firstOffset)..<Int(row.nextOffset) {
                let letters = left.filter {
                    $0.partition == row.partition && $0.incarnation == row.incarnation && $0.offset == Int64(offset)
                }
                left.subtract(letters)
                guard offset < min(life.firstCut, life.records.count), let record = life.records[offset] else {
                    continue
                }
                let isRefused = record.fate == .refused || record.fate == .poison
                if letters.count != (isRefused ? 1 : 0) {
                    context.violate("record \(row.partition)/\(offset) has \(letters.count) dead letters")
                }
                if record.fate == .poison, letters.first?.reason != "database_refused" {
                    context.violate("record \(row.partition)/\(offset) was refused for another reason")
                }
            }
        }
        if let letter = left.first { context.violate("a dead letter is of no record: \(letter)") }
    }
}
