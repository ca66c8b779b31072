public import CommunityRegistry

/// The registry in PostgreSQL: compares it with a file, brings it to the file's state, and writes it out again.
///
/// One thread uses a store, and its connection with it.
public final class PostgresRegistryStore {
    /// Held by whoever applies a registry, so that two do not compare with what the other is about to change: "wattregi".
    private static let lockKey: Int64 = 0x7761_7474_7265_6769

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
            let plan = try compare(document, prune: prune, now: now)
            try checkLengths(plan)
            try checkRegisters(plan)
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
            try run("set local lock_timeout = \(SQLText.milliseconds(lockTimeout))")
            try run("select pg_advisory_xact_lock(\(Self.lockKey))")
            let plan = try compare(document, prune: prune, now: now)
            if plan.changes.isEmpty { return plan }
            try lockSettlement(of: plan)
            try checkLengths(plan)
            try checkRegisters(plan)
            try run(BatchGate.enterExclusively)
            // Only now can no batch bring a device its first reading.
            try checkRegisters(plan)
            try write(plan, document)
            return plan
        }
    }

    /// Compares with what the database holds, and checks what would come out.
    private func compare(
        _ document: RegistryDocument,
        prune: Bool,
        now: Int64
    ) throws(RegistryStoreFailure) -> RegistryPlan {
        let current = try load()
        let plan = RegistryPlan(
            current: current.document,
            unassigned: current.unassigned,
            desired: document,
            prune: prune,
            now: now
        )
        if plan.changes.isEmpty { return plan }
        try checkTimeZones(plan.merged)
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

    /// PostgreSQL converts to local days in its views, so its own list of zones counts.
    private func checkTimeZones(_ document: RegistryDocument) throws(RegistryStoreFailure) {
        var zones: Set<String> = []
        for community in document.communities {
            zones.insert(community.timeZone)
            for member in community.members { zones.formUnion(member.devices.compactMap(\.timeZone)) }
        }
        let unknown = try query(
            "select z from unnest($1::text[]) z where not exists (select from pg_timezone_names n where n.name = z) order by z",
            [.textArray(zones.sorted())]
        )
        guard unknown.rowCount > 0 else { return }
        let names = (0..<unknown.rowCount).compactMap { unknown.text($0, 0) }.joined(separator: ", ")
        throw RegistryStoreFailure(.refused, "PostgreSQL knows no time zone of this name: \(names)")
    }

    /// Refuses another interval length where intervals are settled: their rows could not be told apart from the new ones.
    private func checkLengths(_ plan: RegistryPlan) throws(RegistryStoreFailure) {
        guard !plan.resized.isEmpty else { return }
        let settled = try query(
            """
            select r.code, min(\(PostgresTimestamp.sql("s.interval_start"))), max(\(PostgresTimestamp.sql("s.interval_end")))
            from unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) as r (code, from_at, until_at)
            join energy.community c on c.code = r.code
            join energy.interval_status s on s.community_id = c.community_id
                and s.interval_start < r.until_at and s.interval_end > r.from_at
            group by r.code order by r.code collate "C" limit 1
            """,
            [
                .textArray(plan.resized.map(\.community)), .timestampArray(plan.resized.map(\.span.from)),
                .timestampArray(plan.resized.map(\.span.until)),
            ]
        )
        guard settled.rowCount > 0, let from = settled.int64(0, 1), let until = settled.int64(0, 2) else { return }
        throw RegistryStoreFailure(
            .refused,
            """
            community \(settled.text(0, 0) ?? ""): interval_minutes cannot change, and the rule cannot go away, from \
            \(InstantText.format(from)) to \(InstantText.format(until)), where intervals are settled: let the rule with the new length \
            begin at \(InstantText.format(until)) or later (see `rules:`)
            """
        )
    }

    /// Refuses other registers for a meter that has readings: what it did not report then would look like a register at a standstill.
    private func checkRegisters(_ plan: RegistryPlan) throws(RegistryStoreFailure) {
        guard !plan.changedRegisters.isEmpty else { return }
        let read = try query(
            """
            select d.hub_device_id from energy.device d
            where d.hub_device_id = any($1) and exists (select from energy.reading r where r.device_id = d.device_id)
            order by d.hub_device_id collate "C"
            """,
            [.textArray(plan.changedRegisters)]
        )
        guard read.rowCount > 0 else { return }
        let names = (0..<read.rowCount).compactMap { read.text($0, 0) }.joined(separator: ", ")
        throw RegistryStoreFailure(
            .refused,
            "registers: cannot change any more, since there are readings of \(names): register the meter under a new hub_device_id"
        )
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

    private func transaction<Result>(
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
