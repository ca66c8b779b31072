public import CommunityRegistry

/// The registry in PostgreSQL: compares it with a file, brings it to the file's state, and writes it out again.
///
/// One thread uses a store, and its connection with it.
public final class PostgresRegistryStore {
    /// Held by whoever applies a registry or decides on an anomaly, so that two do not compare with what the other is about to change:
    /// "wattregi".
    static let lockKey: Int64 = 0x7761_7474_7265_6769

    let connection: PostgresConnection
    private let lockTimeout: Duration

    /// A store that uses the connection, which nobody else may use meanwhile.
    ///
    /// - Parameter lockTimeout: for how long batches and settlement that are under way are waited for, lock by lock.
    public init(_ connection: PostgresConnection, lockTimeout: Duration = .seconds(10)) {
        self.connection = connection
        self.lockTimeout = lockTimeout
    }

    /// The registry that the database holds, all of it at one instant.
    public func export() throws(RegistryStoreFailure) -> RegistrySnapshot {
        try transaction("begin isolation level repeatable read read only") { () throws(RegistryStoreFailure) in
            try load()
        }
    }

    /// What applying a document would change; changes nothing itself.
    ///
    /// - Parameters:
    ///   - prune: whether participations that the document does not name get an end.
    ///   - now: the instant of that end, before it is moved to the next edge; microseconds since 1970-01-01T00:00:00Z.
    /// - Throws: `refused` for all that ``apply(_:prune:now:)`` would refuse.
    public func plan(_ document: RegistryDocument, prune: Bool, now: Int64) throws(RegistryStoreFailure) -> RegistryPlan
    {
        try transaction("begin isolation level repeatable read read only") { () throws(RegistryStoreFailure) in
            var plan = try compare(document, prune: prune, now: now)
            try checkLengths(plan)
            try checkFixedByReadings(plan)
            try completeTouched(&plan)
            return plan
        }
    }

    /// Brings the registry to what a document says, in one transaction; what it does not name stays.
    ///
    /// Nothing is written if nothing differs. If something does, the registry's version rises, so that batches decide anew, and the
    /// spans whose settlement it touches become due again by themselves.
    ///
    /// Locks, in this order: other applications of a registry; the settlement of the communities that change, so that nobody settles
    /// them meanwhile by terms of which half are old; the batch gate, last, so that ingest is kept waiting only while rows are
    /// written. (Settlement takes the gate only in transactions that hold nothing else, and batches never lock communities.)
    ///
    /// - Throws: `refused` if the whole would not be sound, if a time zone is not known to PostgreSQL, or if intervals that are settled
    ///   would get another length.
    public func apply(_ document: RegistryDocument, prune: Bool, now: Int64) throws(RegistryStoreFailure)
        -> RegistryPlan
    {
        try transaction("begin") { () throws(RegistryStoreFailure) in
            try beginChange()
            var plan = try compare(document, prune: prune, now: now)
            if plan.changes.isEmpty { return plan }
            try lockSettlement(of: plan.changedCommunities)
            try checkLengths(plan)
            try checkFixedByReadings(plan)
            // Counted before the gate: over years of intervals that takes a while.
            try completeTouched(&plan)
            try run(BatchGate.enterExclusively)
            // Only now can no batch bring a device its first reading, or move what a meter swap touches.
            try checkFixedByReadings(plan)
            try touchSwaps(&plan)
            try write(plan, document)
            return plan
        }
    }

    /// Takes the lock of all who change the registry; waits for it, and for those after it, for a while only.
    func beginChange() throws(RegistryStoreFailure) {
        try run("set local lock_timeout = \(SQLText.milliseconds(lockTimeout))")
        try run("select pg_advisory_xact_lock(\(Self.lockKey))")
    }

    /// Compares with what the database holds, and checks what would come out.
    private func compare(
        _ document: RegistryDocument,
        prune: Bool,
        now: Int64
    ) throws(RegistryStoreFailure) -> RegistryPlan {
        let current = try load()
        var plan = RegistryPlan(
            current: current.document,
            unassigned: current.unassigned,
            decidedSwaps: current.decidedSwaps,
            desired: document,
            prune: prune,
            now: now
        )
        if plan.changes.isEmpty {
            try compareZones(&plan)
            return plan
        }
        // First by the list that counts: what PostgreSQL does not know cannot be compared with it.
        try checkTimeZones(plan.merged)
        try compareZones(&plan)
        // Zones were checked just now, by the list that counts.
        let faults = RegistryValidator { _ in true }.faults(of: plan.merged)
        guard faults.isEmpty else {
            let lines = faults.map { "\n  \(plan.merged.label(of: $0.path)): \($0.message)" }.joined()
            throw RegistryStoreFailure(
                .refused,
                "the registry would not be sound, together with what the database holds and the file does not name:\(lines)"
            )
        }
        return plan
    }

    // MARK: Statements

    func run(_ sql: String) throws(RegistryStoreFailure) {
        do { try connection.run(sql) } catch { throw RegistryStoreFailure(error) }
    }

    func query(_ sql: String, _ parameters: [PostgresParameter] = []) throws(RegistryStoreFailure) -> PostgresResult {
        do { return try connection.query(sql, parameters) } catch { throw RegistryStoreFailure(error) }
    }

    private func commit() throws(RegistryStoreFailure) {
        do { try connection.commit() } catch { throw RegistryStoreFailure(error) }
    }

    func transaction<Result>(
        _ begin: String,
        _ body: () throws(RegistryStoreFailure) -> Result
    ) throws(RegistryStoreFailure) -> Result {
        try run(begin)
        do {
            let result = try body()
            try commit()
            return result
        } catch {
            connection.rollback()
            throw error
        }
    }
}
