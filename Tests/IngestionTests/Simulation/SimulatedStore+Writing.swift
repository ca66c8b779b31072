import Ingestion

extension SimulatedStore {
    /// A batch on its way, as far as it is.
    struct Writing {
        /// What is done next.
        enum Phase {
            case begin
            case lock
            case copy
            case place
            case commit
            case reply
        }

        let batch: IngestBatch
        var phase = Phase.begin
        var isAllStaged = false
        /// How often it has waited for a lock.
        var waits = 0
        var receipt = CommitReceipt()
        /// What becomes of the COMMIT; `nil`: left to chance.
        var fate: CommitFate?
    }

    /// What may become of a COMMIT.
    enum CommitFate: CaseIterable {
        case done
        case notReceived
        case replyLost
        case leftPending
    }

    func beginWriting(_ batch: IngestBatch) { writing = Writing(batch: batch) }

    /// Goes on with the batch; its result, once there is one.
    func stepWriting() -> Result<CommitReceipt, StoreFailure>? {
        guard var now = writing else { return .success(CommitReceipt()) }
        do throws(StoreFailure) {
            let session = try usableSession(now)
            context.note("\(name) writes \(now.batch.partitions.map(\.inShort)): \(now.phase)")
            switch now.phase {
            case .begin:
                try begin(&now, session)
            case .lock:
                try lock(&now, session)
            case .copy:
                try copy(&now, session)
            case .place:
                try place(&now, session)
            case .commit:
                try commit(&now, session)
            case .reply:
                writing = nil
                return .success(now.receipt)
            }
            writing = now
            return nil
        } catch {
            if let session, session.isAlive { database.rollback(session) }
            if case .fenced(let others) = error.action { held.fenced(others) }
            writing = nil
            context.note("\(name) fails to write: \(error.action)")
            return .failure(error)
        }
    }

    /// The session, unless it was lost; in the commit nobody knows what became of it then.
    private func usableSession(_ now: Writing) throws(StoreFailure) -> SimulatedDatabase.Session {
        let isCommitting = now.phase == .commit || now.phase == .reply
        guard let session else { throw StoreFailure(.outcomeUnknown, "the connection is lost") }
        guard session.isAlive else {
            disconnect()
            if now.phase == .begin { throw StoreFailure(.outcomeUnknown, "the connection is lost") }
            if isCommitting {
                try committedUnknown(now)
                if let renewed = self.session { return renewed }
            }
            throw StoreFailure(.retryLater, sqlState: "57P01", "the session was ended")
        }
        guard !isCommitting, now.phase != .begin else { return session }
        if context.fires(.connectionCut, oneIn: 30) {
            lose(session)
            throw StoreFailure(.retryLater, "the connection is lost")
        }
        if context.fires(.conflict, oneIn: 40) { throw StoreFailure(.retryNow, sqlState: "40001", "serialization") }
        if context.fires(.diskFull, oneIn: 60) { throw StoreFailure(.retryLater, sqlState: "53100", "disk full") }
        if context.fires(.privilegeMissing, oneIn: 90) { throw StoreFailure(.halt, sqlState: "42501", "privilege") }
        return session
    }

    private func begin(_ now: inout Writing, _ session: SimulatedDatabase.Session) throws(StoreFailure) {
        if let failure = held.refusal(of: now.batch.partitions) { throw failure }
        now.phase = .lock
    }

    private func lock(_ now: inout Writing, _ session: SimulatedDatabase.Session) throws(StoreFailure) {
        for part in now.batch.partitions.sorted(by: { $0.partition < $1.partition }) {
            let index = Int(part.partition.partition)
            guard database.holder(of: index, besides: session) == nil else {
                return try wait(&now, "55P03")
            }
            session.locks.insert(index)
        }
        var rows: [TopicPartition: LockedPosition] = [:]
        for part in now.batch.partitions {
            guard let position = database.state.positions[Int(part.partition.partition)] else { continue }
            var row = LockedPosition(
                incarnation: position.incarnation,
                epoch: position.epoch,
                nextOffset: position.nextOffset,
                isRunning: position.haltReason == nil
            )
            if context.options.defect == .noEpochCheck { row.epoch = part.epoch }
            if context.options.defect == .memoryTrusted { row.nextOffset = part.firstOffset }
            rows[part.partition] = row
        }
        if let failure = PositionFence.refusal(of: now.batch.partitions, at: rows) { throw failure }
        guard now.batch.registryVersion == database.state.registryVersion else {
            throw StoreFailure(.registryChanged, "the registry changed")
        }
        now.receipt.readingVersion = database.state.readingVersion
        now.phase = .copy
    }

    /// A lock is not to be had: waits, and gives up after a while.
    private func wait(_ now: inout Writing, _ sqlState: String) throws(StoreFailure) {
        context.happened(.rowLockWait)
        now.waits += 1
        if now.waits > 4 { throw StoreFailure(.retryNow, sqlState: sqlState, "the lock is not to be had") }
    }

    private func copy(_ now: inout Writing, _ session: SimulatedDatabase.Session) throws(StoreFailure) {
        let batch = now.batch
        if batch.readingVersion.map({ $0 != database.state.readingVersion }) ?? false { now.isAllStaged = true }
        let straight = now.isAllStaged ? [] : batch.straight
        if database.isWriting(straight.lazy.map(\.key), besides: session) { return try wait(&now, "40P01") }
        var transaction = SimulatedDatabase.Transaction(
            batch: batch,
            outcomes: batch.partitions.map { _ in OutcomeCounts() }
        )
        let taken = try copied(straight)
        for row in taken {
            if row.isPoison { throw refused() }
            guard database.state.readings[row.key] == nil, transaction.readings[row.key] == nil else {
                // A straight row meets another: everything is staged, in a transaction of its own.
                database.rollback(session)
                now.isAllStaged = true
                now.receipt.isRestaged = true
                now.phase = .lock
                return
            }
            transaction.readings[row.key] = StoredReading(importWh: row.importWh, receivedAt: row.receivedAt)
        }
        for row in straight { transaction.outcomes[Int(row.partitionIndex)].accepted += 1 }
        session.transaction = transaction
        now.phase = .place
    }

    /// The rows that arrive in the database: all that were sent, or the batch fails.
    private func copied(_ rows: [ReadingRow]) throws(StoreFailure) -> ArraySlice<ReadingRow> {
        guard !rows.isEmpty, context.fires(.copyCutShort, oneIn: 15) else { return rows[...] }
        let taken = rows.prefix(context.choices.below(rows.count))
        guard context.options.defect != .copyCountIgnored else { return taken }
        throw StoreFailure(.halt, "COPY took \(taken.count) of \(rows.count) rows")
    }

    /// Decides the staged rows, as `ReadingPlacement` does.
    private func place(_ now: inout Writing, _ session: SimulatedDatabase.Session) throws(StoreFailure) {
        let staged = now.isAllStaged ? now.batch.straight + now.batch.staged : now.batch.staged
        if database.isWriting(staged.lazy.map(\.key), besides: session) { return try wait(&now, "40P01") }
        guard var transaction = session.transaction else { throw StoreFailure(.halt, "no transaction") }
        for row in try copied(staged) {
            if row.isPoison { throw refused() }
            let new = StoredReading(importWh: row.importWh, receivedAt: row.receivedAt)
            let part = Int(row.partitionIndex)
            guard let old = transaction.readings[row.key] ?? database.state.readings[row.key] else {
                transaction.readings[row.key] = new
                transaction.outcomes[part].accepted += 1
                continue
            }
            if new.importWh == old.importWh {
                transaction.outcomes[part].duplicate += 1
            } else if new.isBetter(than: old) {
                transaction.outcomes[part].replaced += 1
            } else {
                transaction.outcomes[part].superseded += 1
            }
            if new.isBetter(than: old) { transaction.readings[row.key] = new }
        }
        // The product's own last look at its books, see `BatchWriter`.
        for (part, counts) in zip(now.batch.partitions, transaction.outcomes) {
            let found = counts.accepted + counts.duplicate + counts.replaced + counts.superseded
            guard part.readings == found + part.duplicates + part.rejected else {
                throw StoreFailure(.halt, "the books do not balance")
            }
        }
        for device in now.batch.unknownDevices {
            now.receipt.newestReadings[device] = newest(of: device, transaction)
        }
        for counts in transaction.outcomes { now.receipt.outcomes.add(counts) }
        session.transaction = transaction
        now.phase = .commit
    }

    /// The database refuses a row.
    private func refused() -> StoreFailure {
        context.happened(.poisonRecord)
        return StoreFailure(.dataRefused, sqlState: "22003", "out of range")
    }

    private func newest(of device: Int32, _ transaction: SimulatedDatabase.Transaction) -> NewestReadings? {
        var newest: [LastReading] = []
        func consider(_ key: ReadingKey, _ reading: StoredReading) {
            guard key.device == device else { return }
            newest.append(
                LastReading(
                    measuredAt: key.at,
                    receivedAt: reading.receivedAt,
                    importWh: reading.importWh,
                    exportWh: -1,
                    quality: UInt8(ascii: "M")
                )
            )
        }
        for (key, reading) in database.state.readings where transaction.readings[key] == nil { consider(key, reading) }
        for (key, reading) in transaction.readings { consider(key, reading) }
        newest.sort { $0.measuredAt > $1.measuredAt }
        guard let last = newest.first else { return nil }
        return NewestReadings(last: last, previous: newest.dropFirst().first)
    }

    private func commit(_ now: inout Writing, _ session: SimulatedDatabase.Session) throws(StoreFailure) {
        now.phase = .reply
        switch now.fate ?? drawnFate() {
        case .done:
            database.commit(session)
        case .notReceived:
            context.happened(.commitNotReceived)
            database.end(session)
            disconnect()
            try committedUnknown(now)
        case .replyLost:
            context.happened(.commitReplyLost)
            database.commit(session)
            database.end(session)
            disconnect()
            try committedUnknown(now)
        case .leftPending:
            context.happened(.commitLeftPending)
            session.isCommittingAlone = true
            disconnect()
            try committedUnknown(now)
        }
    }

    private func drawnFate() -> CommitFate {
        if context.draws(.commitNotReceived, oneIn: 15) { return .notReceived }
        if context.draws(.commitReplyLost, oneIn: 15) { return .replyLost }
        if context.draws(.commitLeftPending, oneIn: 15) { return .leftPending }
        return .done
    }

    /// The connection was lost in the commit: nobody knows what became of it.
    private func committedUnknown(_ now: Writing) throws(StoreFailure) {
        guard context.options.defect == .memoryTrusted else {
            throw StoreFailure(.outcomeUnknown, "the connection is lost in the commit")
        }
        // Built wrongly: takes it for done, and goes on over a new connection with what it remembers.
        for part in now.batch.partitions { held.tookOver(part.partition) }
        session = database.connect()
    }
}

extension ReadingRow {
    /// What identifies it.
    var key: ReadingKey { ReadingKey(device: deviceID, at: measuredAt) }
    /// Whether the database refuses it.
    var isPoison: Bool { importWh % 1_000 == SimulatedProducers.poisonWh }
}
