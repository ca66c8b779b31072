public import Ingestion

/// Takes dead letters through the whole pipeline again, some at a time, each time in one transaction: the readings, the letters' resolution
/// and an event in the books, or nothing of it.
///
/// A transaction locks unresolved letters (skipping those that another session works on), decides them by the registry, and then takes the
/// batch gate *exclusively*: no batch of the stream is under way while it writes. It goes on only if the registry is still the one that
/// it decided by. Readings take their places as every batch's do, with outcomes and due marks (``ReadingPlacement``). `control.reading_version` rises, so
/// that workers do not trust what they remember of stored readings.
///
/// One thread uses it, over a connection of its own that is made when it is needed.
public final class DeadLetterReplay {
    /// How many letters one transaction takes at most: ingest waits for as long as it writes.
    public static let lettersPerTransaction = 200
    private static let bytesPerTransaction: Int64 = 8 << 20
    private static let attempts = 8

    private let settings: IngestStoreSettings
    private let ingest: IngestSettings
    private var placement: ReadingPlacement?
    private var replay: RecordReplay?

    /// Makes a replay; it connects when it is asked for something.
    ///
    /// - Parameters:
    ///   - settings: how to reach the database, and how long to wait for it.
    ///   - ingest: identity, limits and rules as the worker has them.
    public init(_ settings: IngestStoreSettings, ingest: IngestSettings) {
        self.settings = settings
        self.ingest = ingest
    }

    /// Closes the connection; the next call would make a new one.
    public func close() {
        placement?.connection.close()
        placement = nil
    }

    /// Replays letters in the order of topic, partition and offset.
    ///
    /// - Parameters:
    ///   - shouldStop: asked before every transaction.
    ///   - tell: what became of each record, once it is committed (or taken back, in a dry run).
    /// - Throws: ``StoreFailure``; what was told before is committed.
    public func run(
        _ order: ReplayOrder,
        until shouldStop: () -> Bool = { false },
        tell: (ReplayedRecord) throws -> Void = { _ in }
    ) throws -> ReplaySummary {
        let condition = order.filter.condition
        return try run(order, condition.sql, condition.parameters, until: shouldStop, tell: tell)
    }

    /// Replays what was refused because the registry did not know the device, and that it knows now.
    ///
    /// - Parameters:
    ///   - actor: the worker's name.
    ///   - shouldStop: asked before every transaction.
    ///   - tell: what each transaction came to, after it; it may wait, so that ingest is not starved.
    public func returnUnknownDevices(
        actor: String,
        until shouldStop: () -> Bool = { false },
        tell: (ReplaySummary, Duration) throws -> Void = { _, _ in }
    ) throws {
        for device in try returningDevices() where !shouldStop() {
            let order = ReplayOrder(
                DeadLetterFilter(reason: "unknown_device", device: device),
                actor: actor,
                reason: "the registry knows the device now"
            )
            let condition = order.filter.condition
            // What this version of the registry has refused again is left alone until the next.
            let isNew = "coalesce(d.tried_version, -1) < (select registry_version from energy.control)"
            _ = try run(order, "\(condition.sql) and \(isNew)", condition.parameters, until: shouldStop, after: tell)
        }
    }

    /// The registry's version; a change of it is what brings devices.
    public func registryVersion() throws(StoreFailure) -> Int64 {
        try perform { connection throws(PostgresError) in
            try connection.query("select registry_version from energy.control").int64(0, 0) ?? 0
        }
    }

    // MARK: - All of it

    private func returningDevices() throws(StoreFailure) -> [String] {
        let rows = try perform { connection throws(PostgresError) in
            // One look into the index of unresolved letters per device, but only if there is any letter in it.
            try connection.query(
                """
                select v.hub_device_id from energy.device v
                where (select exists (select from energy.dead_letter
                                      where reason = 'unknown_device' and resolved_at is null and hub_device_id is not null))
                  and exists (select from energy.dead_letter d
                              where d.hub_device_id = v.hub_device_id and d.reason = 'unknown_device' and d.resolved_at is null
                                and coalesce(d.tried_version, -1) < (select registry_version from energy.control))
                order by v.hub_device_id
                """
            )
        }
        return (0..<rows.rowCount).compactMap { rows.text($0, 0) }
    }

    private func run(
        _ order: ReplayOrder,
        _ condition: String,
        _ parameters: [PostgresParameter],
        until shouldStop: () -> Bool,
        tell: (ReplayedRecord) throws -> Void = { _ in },
        after: (ReplaySummary, Duration) throws -> Void = { _, _ in }
    ) throws -> ReplaySummary {
        var summary = ReplaySummary()
        // What this run itself adds, or the stream meanwhile, is the next run's.
        let began = try perform { connection throws(PostgresError) in
            try connection.query("select \(PostgresTimestamp.sql("clock_timestamp()"))").int64(0, 0) ?? .max
        }
        var wanted = LockedLetters.Wanted(
            condition: "\(condition) and d.recorded_at <= $\(parameters.count + 1)",
            parameters: parameters + [.timestamp(began)],
            after: nil,
            count: Self.lettersPerTransaction,
            bytes: Self.bytesPerTransaction
        )
        var refused: RefusedLetter?
        while !shouldStop() {
            let left = order.limit.map { $0 - summary.letters } ?? .max
            if left <= 0 { break }
            let began = ContinuousClock.now
            var next = wanted
            next.count = min(wanted.count, left)
            let step = try step(next, order, refused)
            switch step {
            case .done: return summary
            case .dataRefused(let letter, let sqlState, let count):
                // Halved until one letter is left; then that one is refused, and the next transaction may take more again.
                if count > 1 {
                    wanted.count = count / 2
                } else {
                    refused = RefusedLetter(letter: letter, sqlState: sqlState)
                }
            case .written(let records, let last):
                wanted.after = last
                wanted.count = min(Self.lettersPerTransaction, wanted.count * 2)
                refused = nil
                var part = ReplaySummary()
                for record in records {
                    part.add(record)
                    try tell(record)
                }
                summary.add(part)
                try after(part, began.duration(to: .now))
            }
        }
        return summary
    }

    /// A letter whose rows the database does not take.
    private struct RefusedLetter {
        var letter: LockedLetters.Letter
        var sqlState: String
    }

    private enum Step {
        case done
        case written([ReplayedRecord], last: LockedLetters.Letter)
        case dataRefused(LockedLetters.Letter, sqlState: String, count: Int)
    }

    // MARK: - One transaction

    /// One transaction, again if it met a conflict, a missing table partition, or another registry.
    private func step(
        _ wanted: LockedLetters.Wanted,
        _ order: ReplayOrder,
        _ refused: RefusedLetter?
    ) throws(StoreFailure) -> Step {
        var attempt = 0
        while true {
            attempt += 1
            let placement = try connected()
            let connection = placement.connection
            let replay = try currentReplay()
            var work = Work()
            do throws(BatchFailure) {
                return try transaction(wanted, order, refused, replay, placement, &work)
            } catch {
                connection.rollback()
                let failure: StoreFailure
                switch error {
                case .database(let error, _) where error.isMissingPartition && attempt < Self.attempts:
                    try makePartitions(work.days, connection)
                    continue
                case .database(let error, let phase):
                    failure = StoreFailureMapping.failure(for: error, isCommitting: phase == .commit)
                    if case .dataRefused = failure.action, let first = work.first,
                        work.count > 1 || refused?.letter != first
                    {
                        return .dataRefused(first, sqlState: error.sqlState, count: work.count)
                    }
                case .refused(let refusal): failure = refusal
                }
                switch failure.action {
                case .retryNow where attempt < Self.attempts: pause(.milliseconds(Int64.random(in: 10...200)))
                case .registryChanged where attempt < Self.attempts: self.replay = nil
                default:
                    if !connection.isUsable { close() }
                    throw failure
                }
            }
        }
    }

    /// What a transaction got hold of, for whoever has to mend its failure.
    private struct Work {
        var first: LockedLetters.Letter?
        var count = 0
        var days: [PartitionedTable: Set<Int32>] = [:]
    }

    private func transaction(
        _ wanted: LockedLetters.Wanted,
        _ order: ReplayOrder,
        _ refused: RefusedLetter?,
        _ replay: RecordReplay,
        _ placement: ReadingPlacement,
        _ work: inout Work
    ) throws(BatchFailure) -> Step {
        let connection = placement.connection
        let locked = try BatchWriter.during(.opening) { () throws(PostgresError) in
            try connection.run("begin")
            return try LockedLetters.lock(wanted, connection)
        }
        guard let last = locked.letters.last else {
            connection.rollback()
            return .done
        }
        work.first = locked.letters.first
        work.count = locked.letters.count
        var byDatabase: [Int: String] = [:]
        if let refused, locked.letters.first == refused.letter { byDatabase[0] = refused.sqlState }
        let decided = replay.decide(locked.records, refusedByDatabase: byDatabase)
        work.days = [.reading: decided.readingDays, .intervalReading: decided.intervalReadingDays]

        let horizon = try enterGate(decided, connection)
        let writing = ReplayWriting(
            locked: locked,
            refusals: decided.refusals,
            registryVersion: decided.registryVersion,
            order: order
        )
        let placed = try BatchWriter.during(.inner) { () throws(PostgresError) in
            try write(decided, writing, horizon, placement)
        }
        if order.isDryRun {
            connection.rollback()
        } else {
            try BatchWriter.during(.commit) { () throws(PostgresError) in try connection.commit() }
        }
        return .written(writing.records(placed.outcomes), last: last)
    }

    /// Takes the gate and compares the registry's version; gives the horizon.
    ///
    /// If no reading is to be written, nobody has to wait.
    private func enterGate(_ decided: ReplayBatch, _ connection: PostgresConnection) throws(BatchFailure) -> Int64 {
        let gate = decided.rows.isEmpty ? BatchGate.enterShared : BatchGate.enterExclusively
        let results = try BatchWriter.during(.opening) { () throws(PostgresError) in
            try connection.runAll(
                """
                set local lock_timeout = \(SQLText.milliseconds(settings.gateTimeout));
                \(gate);
                set local lock_timeout = \(SQLText.milliseconds(settings.lockTimeout));
                select registry_version, \(PostgresTimestamp.sql("horizon")) from energy.control
                """
            )
        }
        guard let control = results.last, let horizon = control.int64(0, 1) else {
            throw .refused(StoreFailure(.halt, "energy.control has no row: the schema is damaged"))
        }
        guard control.int64(0, 0) == decided.registryVersion else {
            throw .refused(StoreFailure(.registryChanged, "the registry changed while dead letters were decided"))
        }
        return horizon
    }

    /// Writes the readings, the letters and the event.
    private func write(
        _ decided: ReplayBatch,
        _ writing: ReplayWriting,
        _ horizon: Int64,
        _ placement: ReadingPlacement
    ) throws(PostgresError) -> Placed {
        let connection = placement.connection
        let isInterval = !decided.rows.isEmpty && decided.rows.allSatisfy { $0.relation == .interval }
        let relation: ReadingRelation = isInterval ? .interval : .register
        let event = try writing.beginEvent(relation, connection)
        let placed = try placement.place(
            decided.rows,
            groups: writing.locked.records.count,
            behind: horizon,
            // The history names one event for a replay, whichever table a reading is of.
            eventIDs: event.map { [.register: $0, .interval: $0] } ?? [:]
        )
        if !decided.rows.isEmpty {
            try connection.run("update energy.control set reading_version = reading_version + 1")
        }
        try writing.writeLetters(connection)
        if let event {
            try writing.finishEvent(event, placed, connection)
            if relation == .register { try writing.addEvent(.interval, placed, connection) }
        }
        return placed
    }

    // MARK: - The connection

    private func makePartitions(
        _ days: [PartitionedTable: Set<Int32>],
        _ connection: PostgresConnection
    ) throws(StoreFailure) {
        do throws(PostgresError) {
            for (table, days) in days where !days.isEmpty {
                _ = try KnownPartitions.make(days.sorted(), of: table, width: settings.partitionWidth, connection)
            }
        } catch {
            throw StoreFailureMapping.failure(for: error)
        }
    }

    private func currentReplay() throws(StoreFailure) -> RecordReplay {
        if let replay { return replay }
        let results = try perform { connection throws(PostgresError) in
            try connection.runAll(PostgresIngestStore.directoryQuery)
        }
        let replay = RecordReplay(settings: ingest, directory: try PostgresIngestStore.directory(results))
        self.replay = replay
        return replay
    }

    private func perform<Result>(
        _ call: (PostgresConnection) throws(PostgresError) -> Result
    ) throws(StoreFailure) -> Result {
        let connection = try connected().connection
        do throws(PostgresError) {
            return try call(connection)
        } catch {
            connection.rollback()
            if !connection.isUsable { close() }
            throw StoreFailureMapping.failure(for: error)
        }
    }

    private func connected() throws(StoreFailure) -> ReadingPlacement {
        if let placement, placement.connection.isUsable { return placement }
        close()
        do throws(PostgresError) {
            let connection = try PostgresConnection(settings.conninfo, applicationName: settings.applicationName)
            connection.transactionTimeout = settings.transactionTimeout
            try connection.run(
                """
                set lock_timeout = \(SQLText.milliseconds(settings.lockTimeout));
                set idle_in_transaction_session_timeout = \(SQLText.milliseconds(settings.transactionTimeout))
                """
            )
            let placement = try ReadingPlacement(connection)
            self.placement = placement
            return placement
        } catch {
            throw StoreFailureMapping.failure(for: error)
        }
    }
}
