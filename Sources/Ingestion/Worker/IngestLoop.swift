import Dispatch
import MeterReadings
import Synchronization

/// The ingest loop: polls the source, fills a batch while the one before it is being written, and follows the position machine.
///
/// It blocks the thread that calls ``run()``, which is to be one of its own. The store works on a second thread. At any time there
/// is at most one batch being written and one being filled; the rest stays with the source, whose memory is bounded by its
/// configuration.
public final class IngestLoop<Source: RecordSource, Store: IngestStore> {
    private let settings: IngestSettings
    private let source: Source
    private let store: StoreThread<Store>
    private let observe: @Sendable (IngestEvent) -> Void
    private let stopping: StopFlag

    private var machine = PositionMachine()
    private var intake: RecordIntake
    private var inFlight: (ticket: WriteTicket, number: UInt32)?
    private var pendingTakeOver: (partitions: [TopicPartition], notBefore: ContinuousClock.Instant)?
    /// Loaded before partitions are taken over, so that a database that is away is only waited for.
    private var needsDirectory = true
    private var isPaused = false
    private var isStoreInTrouble = false
    /// While a refused record is being looked for: the most records that a batch may cover.
    private var recordLimit: Int?

    private var lastGroupCommit = ContinuousClock.now
    private var lastReport = ContinuousClock.now
    private var assignedAt = ContinuousClock.now
    private var lastLook = ContinuousClock.now
    private var lastDrainCheck = ContinuousClock.now
    /// Since when partitions are at their end with everything committed.
    private var endReachedAt: [TopicPartition: ContinuousClock.Instant] = [:]
    /// Whether the group ever said what is ours, be it nothing: before that nobody knows what is to be drained.
    private var wasAssigned = false

    /// Makes a loop; nothing happens before ``run()``.
    public init(
        settings: IngestSettings,
        source: sending Source,
        store: sending Store,
        stopping: StopFlag,
        observe: @escaping @Sendable (IngestEvent) -> Void
    ) {
        self.settings = settings
        self.source = source
        self.store = StoreThread(store)
        self.stopping = stopping
        self.observe = observe
        let none = DirectorySnapshot(registryVersion: -1, devices: [])
        intake = RecordIntake(settings: settings, directory: DeviceDirectory(none))
    }

    /// Runs until it is told to stop, or, draining, until every partition of the topics has reached its end.
    ///
    /// When it is told to stop, it lets the batch that is being written finish (bounded), drops the one being filled, tells the
    /// group where it is, and leaves.
    ///
    /// - Throws: ``SourceFailure`` for what no retry mends.
    /// - Returns: The partitions that are halted, with the reasons; empty: all is well.
    public func run() throws(SourceFailure) -> [TopicPartition: String] {
        defer {
            source.close()
            observe(.stopped)
        }
        let began = ContinuousClock.now
        while !stopping.isSet {
            if settings.drains, !wasAssigned, began.duration(to: .now) > settings.assignmentDeadline {
                throw SourceFailure(isRetriable: true, whyNothingIsAssigned())
            }
            try settle(inFlightFor: .zero)
            try lookAround()
            if settings.drains, let result = try drained() { return result }
            if isBatchDue {
                try writeOrWait()
            } else {
                try poll()
            }
        }
        finish()
        return machine.halted
    }

    // MARK: - Polling

    private func poll() throws(SourceFailure) {
        // The wait is short enough to notice a full age, a finished write, or the order to stop.
        var event = try source.poll(waitingUpTo: pollWait)
        var budget = 1_000
        while true {
            guard case .record(let origin) = event else { return try handle(event) }
            try take(origin)
            budget -= 1
            if budget == 0 || intake.batch.byteCount >= settings.batchBytes || isBatchFull { return }
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
                anchorHash: hash ?? anchorHash(origin)
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
            try settle(inFlightFor: .seconds(3))
            try perform(machine.assigned(partitions))
        case .revoked, .lost:
            // What is on its way may finish: the fence decides whether it was still ours.
            if event == .revoked { try settle(inFlightFor: .seconds(3)) }
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
            || intake.recordCount >= recordLimit ?? (settings.batchRows * 4)
    }

    private var isBatchDue: Bool {
        guard let openedAt = intake.openedAt else { return false }
        if isBatchFull { return true }
        guard inFlight == nil else { return false }
        return openedAt.duration(to: .now) >= settings.batchAge || machine.partitions.allSatisfy(\.isAtEnd)
    }

    /// Begins to write the filled batch, or waits for the one before it while it still serves the group.
    private func writeOrWait() throws(SourceFailure) {
        let started = ContinuousClock.now
        while inFlight != nil, !stopping.isSet {
            try settle(inFlightFor: .milliseconds(100))
            guard inFlight != nil, started.duration(to: .now) > .seconds(2) else { continue }
            // The database is slow: stop fetching, but keep polling, or the group takes this worker for dead.
            if !isPaused {
                try source.pause()
                isPaused = true
            }
            let event = try source.poll(waitingUpTo: .milliseconds(10))
            // A record that slips through belongs into the batch: what was polled and not taken would be lost.
            if case .record(let origin) = event { try take(origin) } else { try handle(event) }
        }
        if isPaused {
            try source.resume()
            isPaused = false
        }
        // Whatever happened meanwhile may have dropped the batch.
        guard inFlight == nil, !stopping.isSet, !intake.batch.isEmpty else { return }
        let number = intake.batchNumber
        inFlight = (store.begin(intake.takeBatch()), number)
    }

    /// Takes the result of the batch that is being written, if it comes within this time.
    private func settle(inFlightFor timeout: Duration) throws(SourceFailure) {
        guard let (ticket, number) = inFlight, let completion = ticket.wait(timeout) else { return }
        inFlight = nil
        switch completion.result {
        case .success(let receipt):
            storeAnswered()
            machine.committed(ticket.batch.partitions)
            intake.learn(receipt, devices: ticket.batch.unknownDevices, batch: number)
            if let limit = recordLimit { recordLimit = limit >= settings.batchRows ? nil : limit * 2 }
            observe(.committed(IngestSummary(ticket.batch, receipt, duration: completion.duration)))
        case .failure(let failure):
            try storeFailed(failure, ticket.batch)
        }
    }

    private func storeFailed(_ failure: StoreFailure, _ batch: IngestBatch?) throws(SourceFailure) {
        isStoreInTrouble = true
        observe(.storeTrouble(failure))
        if case .fenced(let others) = failure.action { observe(.fenced(others)) }
        if case .dataRefused = failure.action, let batch { narrow(batch, failure) }
        try perform(machine.storeFailed(failure.action))
    }

    /// Halves what a batch may cover until one record is left that the database refuses.
    private func narrow(_ batch: IngestBatch, _ failure: StoreFailure) {
        let records = batch.partitions.reduce(0) { $0 + $1.records }
        guard records <= 1, let part = batch.partitions.first else {
            recordLimit = max(1, Int(records) / 2)
            return
        }
        let record = RecordIntake.RefusedRecord(partition: part.partition, offset: part.nextOffset - 1)
        intake.refusedByDatabase[record] = failure.sqlState
        observe(
            .recordRefusedByDatabase(part.partition, offset: part.nextOffset - 1, sqlState: failure.sqlState)
        )
    }

    private func storeAnswered() {
        guard isStoreInTrouble else { return }
        isStoreInTrouble = false
        observe(.storeRecovered)
    }

    // MARK: - Positions

    private func perform(_ actions: [PositionAction]) throws(SourceFailure) {
        for action in actions {
            switch action {
            case .dropWork: dropWork()
            case .reloadDirectory: needsDirectory = true
            case .takeOver(let partitions, let attempt):
                let delay = RetryDelay.before(attempt: attempt, longest: settings.longestRetryDelay)
                pendingTakeOver = (partitions.filter { !machine.fenced.contains($0) }, .now + delay)
            case .assign(let starts):
                try source.assign(starts)
                assignedAt = .now
                observe(
                    .takenOver(
                        machine.partitions.map { (PartitionStart($0.partition, offset: $0.nextOffset), $0.epoch) }
                    )
                )
            case .unassign:
                pendingTakeOver = nil
                try source.unassign()
            case .halt(let partition, let epoch, let reason):
                observe(.halted(partition, reason: reason))
                // If this fails the take-over that follows finds the same fault and halts it again.
                try? store.call { store throws(StoreFailure) in
                    try store.halt(partition, epoch: epoch, reason: reason)
                }
            }
        }
        observe(.haltedPartitions(machine.halted))
    }

    private func dropWork() {
        // A batch on its way is waited for, bounded by the store's own deadlines: its rows may be in the table, and the take-over
        // that follows reads whether they are.
        while let (ticket, _) = inFlight {
            guard let completion = ticket.wait(.seconds(1)) else { continue }
            inFlight = nil
            switch completion.result {
            case .success(let receipt):
                machine.committed(ticket.batch.partitions)
                observe(.committed(IngestSummary(ticket.batch, receipt, duration: completion.duration)))
            case .failure(let failure):
                // The take-over that follows answers all of them; what it has to know is kept.
                if case .fenced(let others) = failure.action { machine.noteFenced(others) }
                if case .registryChanged = failure.action { needsDirectory = true }
                if case .dataRefused = failure.action { narrow(ticket.batch, failure) }
            }
        }
        intake.dropWork()
        endReachedAt = [:]
    }

    private func takeOver(_ partitions: [TopicPartition]) throws(SourceFailure) {
        do {
            if needsDirectory { try loadDirectory() }
            var requests: [TakeOverRequest] = []
            for partition in partitions {
                let range = try source.offsetRange(of: partition)
                let firstStart = try firstStart(of: partition, range)
                requests.append(TakeOverRequest(partition: partition, low: range.low, firstStart: firstStart))
            }
            let (owner, wanted) = (settings.owner, requests)
            let positions = try store.call { store throws(StoreFailure) in try store.takeOver(wanted, owner: owner) }
            storeAnswered()
            try perform(machine.tookOver(positions, lows: requests.map(\.low)))
        } catch let failure as StoreFailure {
            isStoreInTrouble = true
            observe(.storeTrouble(failure))
            try perform(machine.takeOverFailed())
        } catch let failure as SourceFailure {
            // Rights and topics come back, so even what no retry mends is tried again, with a growing pause.
            observe(.sourceTrouble(failure.description))
            try perform(machine.isTakingOver ? machine.takeOverFailed() : machine.storeFailed(.retryLater))
        } catch {
            throw SourceFailure(isRetriable: false, "\(error)")
        }
    }

    private func firstStart(
        of partition: TopicPartition,
        _ range: (low: Int64, high: Int64)
    ) throws(SourceFailure) -> Int64 {
        switch settings.firstStart {
        case .earliest: range.low
        case .latest: range.high
        case .timestamp(let time): try source.firstOffset(of: partition, atOrAfter: time)
        }
    }

    private func loadDirectory() throws(StoreFailure) {
        let snapshot = try store.call { store throws(StoreFailure) in try store.loadDirectory() }
        intake.use(DeviceDirectory(snapshot))
        needsDirectory = false
        observe(.directoryLoaded(devices: snapshot.devices.count, registryVersion: snapshot.registryVersion))
    }

    // MARK: - What time brings

    private func lookAround() throws(SourceFailure) {
        let now = ContinuousClock.now
        if let (partitions, notBefore) = pendingTakeOver, now >= notBefore {
            pendingTakeOver = nil
            try takeOver(partitions)
        }
        if lastGroupCommit.duration(to: now) >= settings.groupCommitEvery { commitToGroup() }
        if lastLook.duration(to: now) >= settings.lookAgainEvery {
            lastLook = now
            try lookAgain()
        }
        if lastReport.duration(to: now) >= .seconds(1) {
            lastReport = now
            report()
        }
        try markEnds(now)
    }

    private func report() {
        var progress = IngestProgress(bufferedBytes: intake.batch.byteCount + (inFlight?.ticket.batch.byteCount ?? 0))
        progress.running = machine.partitions.count
        progress.halted = machine.halted.count
        for partition in machine.partitions {
            guard let end = source.knownEnd(of: partition.partition) else {
                progress.lag = nil
                break
            }
            progress.lag = (progress.lag ?? 0) + max(0, end - partition.committedOffset)
        }
        observe(.progress(progress))
    }

    private func lookAgain() throws(SourceFailure) {
        try lookForAnchors()
        if !machine.fenced.isEmpty { try perform(machine.retryFenced()) }
        guard !machine.halted.isEmpty, pendingTakeOver == nil else { return }
        let topics = settings.topics
        guard let states = try? store.call({ store throws(StoreFailure) in try store.positions(ofTopics: topics) })
        else {
            return
        }
        let lifted = states.contains { machine.halted[$0.partition] != nil && $0.haltReason == nil }
        if lifted { try perform(machine.haltLifted()) }
    }

    /// A broker may answer a fetch beyond its log's end with nothing at all: then the record before the position never comes.
    private func lookForAnchors() throws(SourceFailure) {
        guard assignedAt.duration(to: .now) >= settings.lookAgainEvery else { return }
        var ends: [Int: Int64] = [:]
        for (index, partition) in machine.partitions.enumerated() where partition.expectedAnchor != nil {
            guard let range = try? source.offsetRange(of: partition.partition) else { return }
            ends[index] = range.high
        }
        let actions = machine.anchorsAreMissing(ends)
        if !actions.isEmpty { try perform(actions) }
    }

    /// Tells the database which partitions are at their end, so that they do not hold the watermark.
    ///
    /// Each by itself: a partition that is silent must not wait for the others to be.
    private func markEnds(_ now: ContinuousClock.Instant) throws(SourceFailure) {
        var due: [Int] = []
        for (index, partition) in machine.partitions.enumerated() {
            guard partition.isAtEnd, !partition.isMarkedAtEnd, partition.committedOffset == partition.nextOffset else {
                endReachedAt[partition.partition] = nil
                continue
            }
            let since = endReachedAt[partition.partition] ?? now
            endReachedAt[partition.partition] = since
            if settings.drains || since.duration(to: now) >= settings.idleBeforeMark { due.append(index) }
        }
        guard !due.isEmpty else { return }
        let marks = due.map { (partition: machine.partitions[$0].partition, epoch: machine.partitions[$0].epoch) }
        do throws(StoreFailure) {
            try store.call { store throws(StoreFailure) in try store.markAtEnd(marks, isAtEnd: true) }
            for index in due { machine.markedAtEnd(index) }
        } catch {
            try storeFailed(error, nil)
        }
    }

    private func commitToGroup() {
        lastGroupCommit = .now
        let positions = machine.partitions.map { PartitionStart($0.partition, offset: $0.committedOffset) }
        if !positions.isEmpty { source.commitToGroup(positions) }
    }

    // MARK: - Ending

    /// The result of draining, once every partition of the topics, whoever owns it, has reached its end.
    private func drained() throws(SourceFailure) -> [TopicPartition: String]? {
        let now = ContinuousClock.now
        guard wasAssigned, inFlight == nil, intake.batch.isEmpty, !machine.isTakingOver, pendingTakeOver == nil,
            machine.partitions.allSatisfy(\.isMarkedAtEnd),
            lastDrainCheck.duration(to: now) >= .milliseconds(200)
        else { return nil }
        lastDrainCheck = now
        let topics = settings.topics
        do {
            let states = try store.call { store throws(StoreFailure) in try store.positions(ofTopics: topics) }
            let known = Dictionary(states.map { ($0.partition, $0) }, uniquingKeysWith: { first, _ in first })
            var halted: [TopicPartition: String] = [:]
            for partition in try source.allPartitions() {
                guard let state = known[partition] else { return nil }
                if let reason = state.haltReason {
                    halted[partition] = reason
                    continue
                }
                guard state.isAtEnd else { return nil }
                // Another's word may be from before the newest records came, if it has not taken over yet, or died.
                let isOurs = machine.partitions.contains { $0.partition == partition }
                if !isOurs, try source.offsetRange(of: partition).high > state.nextOffset { return nil }
            }
            finish()
            return halted
        } catch let failure as SourceFailure where !failure.isRetriable {
            throw failure
        } catch {
            return nil
        }
    }

    private func whyNothingIsAssigned() -> String {
        let topics = settings.topics.joined(separator: ", ")
        do throws(SourceFailure) {
            _ = try source.allPartitions()
            return "the group gave this worker nothing of \(topics) within \(settings.assignmentDeadline)"
        } catch {
            return "nothing of \(topics) can be read: \(error.description)"
        }
    }

    /// Lets the batch that is being written finish, bounded, and tells the group.
    private func finish() {
        if let (ticket, _) = inFlight, let completion = ticket.wait(.seconds(3)) {
            inFlight = nil
            if case .success(let receipt) = completion.result {
                machine.committed(ticket.batch.partitions)
                observe(.committed(IngestSummary(ticket.batch, receipt, duration: completion.duration)))
            }
        }
        commitToGroup()
    }
}
