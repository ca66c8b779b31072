internal import Ingestion
internal import MeterReadings

/// Gives readings their places in `reading` and `interval_reading`: the one way for rows of the stream that may meet others, for dead
/// letters that come back, and for files.
///
/// In the caller's transaction, which has to hold the batch gate (shared or exclusively, see ``BatchGate``) and whose error rolls back.
/// It keeps nothing between transactions but its buffer. Partitions are the caller's to make, before the transaction.
final class ReadingPlacement {
    /// The session whose transaction it works in.
    let connection: PostgresConnection
    private var buffer = CopyBuffer(capacity: 1 << 16)

    /// Prepares the session, if that was not done yet; it may not be in a transaction.
    init(_ connection: PostgresConnection) throws(PostgresError) {
        self.connection = connection
        let isPrepared = try connection.query("select to_regclass('pg_temp.placing_outcome') is not null")
        if isPrepared.bool(0, 0) != true { try connection.run(PlacementSQL.session) }
    }

    /// Gives each row its outcome and the best of each key its place; keeps what lost, and marks what was touched behind the horizon.
    ///
    /// Once per transaction: the placing tables hold what was placed until its end.
    ///
    /// - Parameters:
    ///   - rows: the rows; ``ReadingRow/partitionIndex`` is the group that an outcome is counted for.
    ///   - groups: how many groups there are.
    ///   - horizon: what `energy.control` says; `Int64.min` if nothing is settled yet.
    ///   - eventIDs: the `reading_event` of each table that the history names as the cause; none for the stream's.
    /// - Throws: 40001 if a row that was in the way was deleted meanwhile: try again.
    func place(
        _ rows: [ReadingRow],
        groups: Int,
        behind horizon: Int64,
        eventIDs: [ReadingRelation: Int64] = [:]
    ) throws(PostgresError) -> Placed {
        var placed = Placed(outcomes: [OutcomeCounts](repeating: OutcomeCounts(), count: groups))
        guard let earliest = rows.lazy.map(\.measuredAt).min(), let latest = rows.lazy.map(\.measuredAt).max() else {
            return placed
        }
        try copy(rows)
        var script = SQLScript()
        let relations = Self.relations(of: rows)
        let isMixed = relations.count > 1
        let anyByHand = rows.contains { $0.flags & ReadingFlags.imported.rawValue != 0 }
        for relation in relations {
            script.add(PlacementSQL.take(relation, isMixed: isMixed, anyByHand: anyByHand))
        }
        for relation in relations {
            script.add(PlacementSQL.compare(relation, isMixed: isMixed, from: earliest, until: latest))
        }
        let event = PlacementSQL.event(eventIDs)
        script.add(PlacementSQL.keepReplaced(event: event))
        for relation in relations {
            script.add(PlacementSQL.replace(relation, isMixed: isMixed, from: earliest, until: latest))
        }
        script.add(PlacementSQL.keepSuperseded(event: event))
        let lost = script.add(PlacementSQL.countLost)
        let outcomes = script.add(PlacementSQL.countOutcomes)
        let marks = addMarks(to: &script, relations, isMixed: isMixed, from: earliest, until: latest, behind: horizon)

        let results = try script.run(connection)
        guard results[lost].int64(0, 0) == 0 else {
            throw PostgresError(
                .serverError,
                sqlState: "40001",
                "a reading was deleted while others were compared with it"
            )
        }
        Self.count(results[outcomes], into: &placed)
        placed.dueMarks = try complete(marks, results, behind: horizon)
        return placed
    }

    /// Marks what removed readings touched behind the horizon; after they went out of their tables into `placing_verdict`, as
    /// `discarded`.
    ///
    /// - Returns: How many marks were written.
    func markRemoved(
        _ relation: ReadingRelation,
        from: Int64,
        until: Int64,
        behind horizon: Int64
    ) throws(PostgresError) -> Int {
        var script = SQLScript()
        let marks = addMarks(to: &script, [relation], isMixed: true, from: from, until: until, behind: horizon)
        return try complete(marks, try script.run(connection), behind: horizon)
    }

    // MARK: Rows

    /// Which tables the rows go to.
    private static func relations(of rows: [ReadingRow]) -> [ReadingRelation] {
        ReadingRelation.allCases.filter { relation in
            rows.contains { $0.relation == relation }
        }
    }

    /// Copies rows into the first placing table, numbered in their order.
    private func copy(_ rows: [ReadingRow]) throws(PostgresError) {
        buffer.removeAll()
        for (sequence, row) in rows.enumerated() {
            buffer.beginRow(fields: 11)
            buffer.int32(Int32(sequence))
            buffer.int32(row.partitionIndex)
            buffer.int32(row.deviceID)
            buffer.int32(row.intervalSeconds)
            buffer.timestamp(row.measuredAt)
            buffer.timestamp(row.receivedAt)
            buffer.int64(
                PlacementSQL.standing(quality: row.quality, flags: row.flags, receivedAt: row.receivedAt)
            )
            if row.importWh < 0 { buffer.null() } else { buffer.int64(row.importWh) }
            if row.exportWh < 0 { buffer.null() } else { buffer.int64(row.exportWh) }
            buffer.int16(row.flags)
            buffer.byte(row.quality)
        }
        buffer.finish()
        try connection.copyIn(PlacementSQL.copy, buffer)
    }

    private static func count(_ rows: PostgresResult, into placed: inout Placed) {
        for row in 0..<rows.rowCount {
            guard let index = rows.int32(row, 0), placed.outcomes.indices.contains(Int(index)) else { continue }
            var counts = OutcomeCounts()
            counts.accepted = rows.int64(row, 2) ?? 0
            counts.duplicate = rows.int64(row, 3) ?? 0
            counts.replaced = rows.int64(row, 4) ?? 0
            counts.superseded = rows.int64(row, 5) ?? 0
            placed.outcomes[Int(index)].add(counts)
            let relation: ReadingRelation = rows.bool(row, 1) == true ? .interval : .register
            placed.accepted[relation, default: 0] += counts.accepted
        }
    }

    // MARK: Marks

    /// The places of a script's statements that mark.
    private struct Marks {
        var incomplete: Int
        var written: Int
    }

    /// Adds the statements that mark; `nil` if nothing is settled yet, so that there is nothing to mark.
    private func addMarks(
        to script: inout SQLScript,
        _ relations: [ReadingRelation],
        isMixed: Bool,
        from: Int64,
        until: Int64,
        behind horizon: Int64
    ) -> Marks? {
        guard horizon != .min else { return nil }
        for relation in relations {
            script.add(DueMarkSQL.touch(relation, isMixed: isMixed, from: from, until: until))
        }
        return Marks(
            incomplete: script.add(DueMarkSQL.countIncomplete),
            written: script.add(DueMarkSQL.mark(behind: horizon))
        )
    }

    /// Looks farther for the neighbours of those that have few nearby; how many marks were written.
    private func complete(
        _ marks: Marks?,
        _ results: [PostgresResult],
        behind horizon: Int64
    ) throws(PostgresError) -> Int {
        guard let marks else { return 0 }
        if results[marks.incomplete].int64(0, 0) == 0 { return results[marks.written].affectedRows }
        let more = try connection.runAll("\(DueMarkSQL.complete);\n\(DueMarkSQL.mark(behind: horizon))")
        return more.last?.affectedRows ?? 0
    }
}
