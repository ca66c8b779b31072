/// Proves the books: that what the stream brought is stored once, and that what is stored is split to the Wh.
public struct BookVerification {
    /// What to assume.
    public struct Options: Sendable, Equatable {
        /// How many contradictions of a check are read at most; the rest is counted.
        public var contradictionLimit: Int

        /// Makes options.
        public init(contradictionLimit: Int = 1) {
            self.contradictionLimit = contradictionLimit
        }
    }

    private let connection: PostgresConnection

    /// Asks over a connection, which must not be in a transaction.
    ///
    /// The checks read whole tables: give it time.
    public init(_ connection: PostgresConnection) { self.connection = connection }

    /// The names of all checks, in their order.
    public static var checkNames: [String] { BookCheck.all.map(\.name) }

    /// Runs all checks in one read-only snapshot, each as soon as the one before is told.
    ///
    /// - Returns: Whether no check found a contradiction.
    public func run(_ options: Options = Options(), _ tell: (BookFinding) throws -> Void) throws -> Bool {
        try connection.snapshot {
            _ = try connection.query("select set_config('work_mem', '64MB', true)")
            var isSound = true
            for check in BookCheck.all {
                let finding = try self.finding(of: check, limit: options.contradictionLimit)
                if !finding.isOk { isSound = false }
                try tell(finding)
            }
            return isSound
        }
    }

    private func finding(of check: BookCheck, limit: Int) throws(PostgresError) -> BookFinding {
        var finding = BookFinding(name: check.name, claim: check.claim, unit: check.unit)
        // One row even if nothing is wrong: it has the count.
        let result = try connection.query(
            """
            \(check.common.isEmpty ? "with" : check.common + ",") wrong (sentence) as (\(check.contradictions))
            select (\(check.count)), w.sentence, w.total
            from (values (0)) as one
            left join (select sentence, count(*) over () as total from wrong limit \(max(1, limit))) w on true
            """
        )
        for row in 0..<result.rowCount {
            finding.checked = result.int64(row, 0) ?? 0
            guard let sentence = result.text(row, 1) else { continue }
            finding.contradictions.append(sentence)
            finding.contradictionCount = result.int64(row, 2) ?? 0
        }
        if let remark = check.remark { finding.remark = try connection.query(remark).text(0, 0) }
        return finding
    }
}
