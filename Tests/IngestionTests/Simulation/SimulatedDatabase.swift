import Ingestion

/// A PostgreSQL that keeps what the ingest loop's store relies on: sessions, row locks, transactions that happen whole or not at all.
final class SimulatedDatabase {
    /// A row of `stream_position`.
    struct Position {
        var incarnation: Int32 = 0
        var firstOffset: Int64
        var nextOffset: Int64
        var epoch: Int64 = 1
        /// The session that took it over.
        var owner: Int
        var watermark: Int64?
        var anchorHash: Int64?
        var isAtEnd = false
        var haltReason: String?
    }

    /// A row of `ingest_batch`; a gap that was accepted has no records.
    struct LedgerRow {
        var partition: Int
        var incarnation: Int32
        var firstOffset: Int64
        var nextOffset: Int64
        var isGap = false
        var outcomes = OutcomeCounts()
    }

    /// A row of `dead_letter`.
    struct Letter: Hashable {
        var partition: Int
        var incarnation: Int32
        var offset: Int64
        var reason: String
    }

    /// All that is committed.
    struct State {
        var positions: [Position?]
        var readings: [ReadingKey: StoredReading] = [:]
        var letters: [Letter] = []
        var ledger: [LedgerRow] = []
        var registryVersion: Int64 = 1
        var readingVersion: Int64 = 1
    }

    /// What a session has written and not committed.
    struct Transaction {
        var batch: IngestBatch
        var outcomes: [OutcomeCounts]
        /// The readings that it writes; nobody else can write their keys before it ends.
        var readings: [ReadingKey: StoredReading] = [:]
    }

    /// A backend.
    final class Session {
        let id: Int
        /// Whether the server still has it.
        var isAlive = true
        var transaction: Transaction?
        /// The partitions whose rows it has locked.
        var locks: Set<Int> = []
        /// Whether it has the COMMIT while its client is gone.
        var isCommittingAlone = false
        /// Whether its client is gone and the server has not noticed.
        var isHalfOpen = false

        init(_ id: Int) { self.id = id }
    }

    let context: SimulationContext
    let books: SimulationBooks
    private(set) var state: State
    private(set) var sessions: [Session] = []
    private var lastSession = 0
    /// Until when it is away.
    var awayUntil: ContinuousClock.Instant?
    /// The states before the newest commits, oldest first, if a crash may forget them.
    private var history: [State] = []

    init(partitions: Int, _ books: SimulationBooks, _ context: SimulationContext) {
        self.context = context
        self.books = books
        state = State(positions: Array(repeating: nil, count: partitions))
    }

    // MARK: Sessions

    /// A new session; `nil` while the server is away.
    func connect() -> Session? {
        if let until = awayUntil {
            if context.now < until && !context.isHealed {
                context.happened(.databaseAway)
                return nil
            }
            awayUntil = nil
        }
        lastSession += 1
        let session = Session(lastSession)
        sessions.append(session)
        return session
    }

    /// Rolls a session's transaction back and frees its locks.
    func rollback(_ session: Session) {
        session.transaction = nil
        session.locks = []
    }

    /// A session ends, by whatever cause, without a commit.
    func end(_ session: Session) {
        rollback(session)
        session.isAlive = false
        sessions.removeAll { $0 === session }
    }

    /// A session whose client is gone: it does what it has left to do, or the server drops it.
    func goOnAlone() {
        guard let session = sessions.first(where: { $0.isCommittingAlone || $0.isHalfOpen }) else { return }
        finishAlone(session)
    }

    /// Ends a session; one that is committing may get it done first.
    func finishAlone(_ session: Session) {
        if session.isCommittingAlone, context.choices.oneIn(2) {
            context.note("session \(session.id) commits alone")
            commit(session)
        }
        end(session)
    }

    /// The server goes down and comes back: all sessions are gone, and with `synchronous_commit = off` perhaps the newest commits.
    func crash() {
        context.happened(.databaseCrashed)
        for session in sessions { finishAlone(session) }
        if context.options.losesAsynchronousCommits, !history.isEmpty, context.choices.oneIn(2) {
            let lost = 1 + context.choices.below(history.count)
            context.happened(.asynchronousCommitsLost)
            context.note("\(lost) commits are lost")
            state = history[history.count - lost]
            history.removeLast(lost)
            books.forget(state)
        }
        if context.choices.oneIn(2) { awayUntil = context.now + .milliseconds(context.choices.below(4_000)) }
    }

    // MARK: Locks

    /// Who else has locked a position's row.
    func holder(of partition: Int, besides session: Session) -> Session? {
        sessions.first { $0 !== session && $0.locks.contains(partition) }
    }

    /// Whether another session has written one of these keys and not committed.
    func isWriting(_ keys: some Sequence<ReadingKey>, besides session: Session) -> Bool {
        sessions.contains { other in
            guard other !== session, let written = other.transaction?.readings, !written.isEmpty else { return false }
            return keys.contains { written[$0] != nil }
        }
    }

    // MARK: Commits

    /// Commits a session's batch.
    func commit(_ session: Session) {
        guard let transaction = session.transaction else { return }
        remember()
        for (part, counts) in zip(transaction.batch.partitions, transaction.outcomes) {
            let index = Int(part.partition.partition)
            books.willCommit(part, counts, session.id, state.positions[index])
            var outcomes = counts
            outcomes.duplicate += part.duplicates
            state.ledger.append(
                LedgerRow(
                    partition: index,
                    incarnation: part.incarnation,
                    firstOffset: part.firstOffset,
                    nextOffset: part.nextOffset,
                    outcomes: outcomes
                )
            )
            state.positions[index]?.nextOffset = part.nextOffset
            if let mark = part.watermark {
                let before = state.positions[index]?.watermark ?? mark
                state.positions[index]?.watermark = max(before, mark)
            }
            state.positions[index]?.anchorHash = part.anchorHash
            state.positions[index]?.isAtEnd = false
        }
        state.readings.merge(transaction.readings) { _, new in new }
        for letter in transaction.batch.deadLetters {
            let part = transaction.batch.partitions[Int(letter.partitionIndex)]
            state.letters.append(
                Letter(
                    partition: Int(part.partition.partition),
                    incarnation: part.incarnation,
                    offset: letter.offset,
                    reason: letter.reason
                )
            )
        }
        context.note("session \(session.id) commits \(transaction.batch.partitions.map(\.inShort))")
        rollback(session)
        books.didChange(state)
    }

    /// A transaction of one statement.
    func change(_ body: (inout State) -> Void) {
        remember()
        body(&state)
        books.didChange(state)
    }

    private func remember() {
        guard context.options.losesAsynchronousCommits else { return }
        history.append(state)
        if history.count > 3 { history.removeFirst() }
    }
}

extension PartitionProgress {
    /// For traces.
    var inShort: String { "\(partition.partition)/\(firstOffset)..<\(nextOffset) epoch \(epoch)" }
}
