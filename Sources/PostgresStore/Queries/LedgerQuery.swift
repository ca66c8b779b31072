/// Reads the ledger's sums.
struct LedgerQuery {
    private let connection: PostgresConnection

    /// Asks over a connection.
    init(_ connection: PostgresConnection) { self.connection = connection }

    /// What became of everything that was consumed.
    func sums() throws(PostgresError) -> LedgerSums {
        let result = try connection.query(
            """
            select coalesce(sum(records), 0)::bigint, coalesce(sum(skipped_records), 0)::bigint,
                   coalesce(sum(refused_records), 0)::bigint, coalesce(sum(readings), 0)::bigint,
                   coalesce(sum(accepted), 0)::bigint, coalesce(sum(duplicate), 0)::bigint,
                   coalesce(sum(replaced), 0)::bigint, coalesce(sum(superseded), 0)::bigint, coalesce(sum(rejected), 0)::bigint,
                   (select coalesce(sum(to_offset - from_offset), 0)::bigint from energy.stream_gap)
            from energy.ingest_batch
            """
        )
        let sum = { (column: Int) in result.int64(0, column) ?? 0 }
        var sums = LedgerSums()
        sums.records = sum(0)
        sums.skippedRecords = sum(1)
        sums.refusedRecords = sum(2)
        sums.readings = sum(3)
        sums.accepted = sum(4)
        sums.duplicate = sum(5)
        sums.replaced = sum(6)
        sums.superseded = sum(7)
        sums.rejected = sum(8)
        sums.gapOffsets = sum(9)
        sums.deadLetters = try deadLetters(where: "true")
        sums.droppedLetters = try droppedLetters()
        return sums
    }

    private func droppedLetters() throws(PostgresError) -> [ReasonCount] {
        let result = try connection.query(
            """
            select reason, sum(dropped)::bigint from energy.dead_letter_tally
            group by reason having sum(dropped) > 0 order by 2 desc, 1
            """
        )
        return (0..<result.rowCount).map {
            ReasonCount(reason: result.text($0, 0) ?? "", count: result.int64($0, 1) ?? 0)
        }
    }

    /// Dead letters by reason, most frequent first.
    func deadLetters(where condition: String) throws(PostgresError) -> [ReasonCount] {
        let result = try connection.query(
            "select reason, count(*) from energy.dead_letter where \(condition) group by reason order by 2 desc, 1"
        )
        return (0..<result.rowCount).map {
            ReasonCount(reason: result.text($0, 0) ?? "", count: result.int64($0, 1) ?? 0)
        }
    }
}
