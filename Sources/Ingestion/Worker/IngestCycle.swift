import MeterReadings

/// What the ingest loop does, turn by turn: polls the source, fills a batch while the one before it is being written, and follows the
/// position machine.
///
/// It has no thread and no clock of its own and never waits long: whoever calls ``turn()`` decides when it goes on, be it a thread or a
/// simulation. What is decided about positions is decided by values (``PositionMachine``, ``RefusalSearch``, ``EndWatch``); here they are
/// only carried out.
final class IngestCycle<Source: RecordSource, Lane: StoreLane> {
    let settings: IngestSettings
    let source: Source
    let lane: Lane
    let clock: LoopClock
    let observe: (IngestEvent) -> Void

    var machine = PositionMachine()
    var intake: RecordIntake
    var search = RefusalSearch()
    var ends = EndWatch()
    var patience: AnchorPatience

    /// What the machine wants done and is not done yet, because the batch on its way has to be known first.
    var actions: [PositionAction] = []
    var inFlight: (ticket: WriteTicket, number: UInt32)?
    var pendingTakeOver: (partitions: [TopicPartition], notBefore: ContinuousClock.Instant)?
    /// Loaded before partitions are taken over, so that a database that is away is only waited for.
    var needsDirectory = true
    var isStoreInTrouble = false
    /// Since when a batch that is due waits for the one before it.
    private var waitingSince: ContinuousClock.Instant?
    private var isPaused = false
    /// Whether the group ever said what is ours, be it nothing: before that nobody knows what is to be drained.
    var wasAssigned = false

    let began: ContinuousClock.Instant
    var lastGroupCommit: ContinuousClock.Instant
    var lastReport: ContinuousClock.Instant
    var lastLook: ContinuousClock.Instant
    var lastDrainCheck: ContinuousClock.Instant

    /// Makes a loop that has done nothing yet.
    init(
        settings: IngestSettings,
        source: Source,
        lane: Lane,
        clock: LoopClock,
        observe: @escaping (IngestEvent) -> Void
    ) {
        self.settings = settings
        self.source = source
        self.lane = lane
        self.clock = clock
        self.observe = observe
        let none = DirectorySnapshot(registryVersion: -1, devices: [])
        intake = RecordIntake(settings: settings, directory: DeviceDirectory(none))
        patience = AnchorPatience(settings.lookAgainEvery)
        began = clock.now()
        lastGroupCommit = began
        lastReport = began
        lastLook = began
        lastDrainCheck = began
    }

    /// Goes on by one turn, which waits a second at most (and three when the group asks for partitions back).
    ///
    /// - Throws: ``SourceFailure`` for what no retry mends.
    /// - Returns: Draining, once every partition has reached its end: those that are halted, with the reasons. Else `nil`.
    func turn() throws(SourceFailure) -> [TopicPartition: String]? {
        try checkAssignmentDeadline()
        reportIfDue()
        try carryOut()
        guard actions.isEmpty else { return nil }
        try settle(within: .zero)
        if waitingSince == nil {
            try lookAround()
            guard actions.isEmpty else { return nil }
            if settings.drains, let result = try drained() { return result }
        }
        if isBatchDue {
            try writeOrWait()
        } else {
            try endWaiting()
            try poll()
        }
        return nil
    }

    /// Ends: lets the batch that is being written finish, bounded, and tells the group where it is.
    ///
    /// - Returns: The partitions that are halted, with the reasons.
    func stop() -> [TopicPartition: String] {
        finish()
        return machine.halted
    }

    // MARK: - Polling

    private func poll() throws(SourceFailure) {
        patience.polls(at: clock.now())
        // The wait is short enough to notice a full age, a finished write, or the order to stop.
        var event = try source.poll(waitingUpTo: pollWait)
        var budget = 1_000
        while true {
            guard case .record(let origin) = event else { return try handle(event) }
            try take(origin)
            budget -= 1
            if budget == 0 || intake.batch.byteCount >= settings.batchBytes || isBatchFull || !actions.isEmpty {
                return
            }
            event = try source.poll(waitingUpTo: .zero)
        }
    }

    private var pollWait: Duration {
        if inFlight != nil || intake.openedAt != nil { return .milliseconds(5) }
        return .milliseconds(50)
    }

    private func take(_ origin: RecordOrigin) throws(SourceFailure) {
        var hash: Int64?
        let admission = machine.admit(origin.assignmentIndex, offset: origin.offset) {
            let computed = anchorHash(origin)
            hash = computed
            return computed
        }
        switch admission {
        case .drop: return
        case .halt(let actions): try perform(actions)
        case .take:
            let enqueuedAt = intake.take(
                origin,
                of: machine.partitions[origin.assignmentIndex],
                from: source,
                anchorHash: hash ?? anchorHash(origin),
                now: clock.now()
            )
            machine.took(origin.assignmentIndex, offset: origin.offset, enqueuedAt: enqueuedAt)
        }
    }

    private func anchorHash(_ origin: RecordOrigin) -> Int64 {
        source.withKey { key in
            source.withValue { value in RecordHash.hash(value: value, key: key, timestamp: origin.timestamp) }
        }
    }

    private func handle(_ event: SourceEvent) throws(SourceFailure) {
        switch event {
        case .idle, .record: break
        case .assigned(let partitions):
            wasAssigned = true
            observe(.assigned(partitions))
            try settle(within: .seconds(3))
            try perform(machine.assigned(partitions))
        case .revoked, .lost:
            // What is on its way may finish: the fence decides whether it was still ours.
            if event == .revoked { try settle(within: .seconds(3)) }
            observe(.revoked(lost: event == .lost))
            commitToGroup()
            try perform(machine.unassigned())
        case .reachedEnd(let index, let endOffset):
            try perform(machine.reachedEnd(index, endOffset: endOffset))
        case .partitionFailed(let index, let failure):
            observe(.sourceTrouble("\(failure)"))
            try perform(machine.fetchFailed(index, failure))
        case .trouble(let what):
            observe(.sourceTrouble(what))
        case .outage(let what):
            observe(.sourceOutage(what))
        }
    }

    // MARK: - Writing

    private var isBatchFull: Bool {
        let batch = intake.batch
        return batch.straight.count + batch.staged.count + batch.deadLetters.count >= settings.batchRows
            || batch.byteCount >= settings.batchBytes
            || intake.recordCount >= search.recordLimit ?? (settings.batchRows * 4)
    }

    private var isBatchDue: Bool {
        guard let openedAt = intake.openedAt else { return false }
        if isBatchFull { return true }
        guard inFlight == nil else { return false }
        return openedAt.duration(to: clock.now()) >= settings.batchAge || machine.partitions.allSatisfy(\.isAtEnd)
    }

    /// Begins to write the filled batch, or waits for the one before it while it still serves the group.
    private func writeOrWait() throws(SourceFailure) {
        guard inFlight != nil else {
            try endWaiting()
            // Whatever happened meanwhile may have dropped the batch.
            guard !intake.batch.isEmpty else { return }
            let number = intake.batchNumber
            inFlight = (lane.begin(intake.takeBatch()), number)
            return
        }
        let since = waitingSince ?? clock.now()
        waitingSince = since
        try settle(within: .milliseconds(100))
        guard inFlight != nil, since.duration(to: clock.now()) > .seconds(2) else { return }
        // The database is slow: stop fetching, but keep polling, or the group takes this worker for dead.
        if !isPaused {
            try source.pause()
            isPaused = true
        }
        let event = try source.poll(waitingUpTo: .milliseconds(10))
        // A record that slips through belongs into the batch: what was polled and not taken would be lost.
        if case .record(let origin) = event { try take(origin) } else { try handle(event) }
    }

    private func endWaiting() throws(SourceFailure) {
        waitingSince = nil
        guard isPaused else { return }
        try source.resume()
        isPaused = false
    }

    /// Takes the result of the batch that is being written, if it comes within this time.
    private func settle(within timeout: Duration) throws(SourceFailure) {
        guard let (ticket, number) = inFlight, let completion = lane.wait(for: ticket, atMost: timeout) else { return }
        inFlight = nil
        switch completion.result {
        case .success(let receipt):
            storeAnswered()
            machine.committed(ticket.batch.partitions)
            intake.covered(ticket.batch.partitions)
            intake.learn(receipt, devices: ticket.batch.unknownDevices, batch: number)
            search.committed(usually: settings.batchRows)
            observe(.committed(IngestSummary(ticket.batch, receipt, duration: completion.duration)))
        case .failure(let failure):
            try storeFailed(failure, ticket.batch)
        }
    }

    /// A batch, or another call that assumed our ownership, failed.
    func storeFailed(_ failure: StoreFailure, _ batch: IngestBatch?) throws(SourceFailure) {
        isStoreInTrouble = true
        observe(.storeTrouble(failure))
        if case .fenced(let others) = failure.action { observe(.fenced(others)) }
        if case .dataRefused = failure.action, let batch { narrow(batch, failure) }
        try perform(machine.storeFailed(failure.action))
    }

    /// Goes on with the search for the record that the database refuses.
    func narrow(_ batch: IngestBatch, _ failure: StoreFailure) {
        guard let record = search.refused(batch.partitions) else { return }
        intake.refusedByDatabase[record] = failure.sqlState
        observe(.recordRefusedByDatabase(record.partition, offset: record.offset, sqlState: failure.sqlState))
    }

    /// The store did what was asked of it.
    func storeAnswered() {
        guard isStoreInTrouble else { return }
        isStoreInTrouble = false
        observe(.storeRecovered)
    }
}
