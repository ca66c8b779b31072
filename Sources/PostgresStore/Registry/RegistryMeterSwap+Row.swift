internal import CommunityRegistry

extension RegistryMeterSwap {
    /// Reads a row of `meter_swap`.
    ///
    /// - Parameter column: the first of five: the time in microseconds, then the final and the start value of import, and of export.
    init(_ rows: PostgresResult, _ row: Int, from column: Int) {
        func exchange(_ column: Int) -> Exchange? {
            guard let final = rows.int64(row, column), let start = rows.int64(row, column + 1) else { return nil }
            return Exchange(finalWh: final, startWh: start)
        }
        self.init(
            at: rows.int64(row, column) ?? 0,
            imported: exchange(column + 1),
            exported: exchange(column + 3)
        )
    }
}
