extension IngestCycle {
    // MARK: - What time brings

    /// Does what is due by the clock.
    func lookAround() throws(SourceFailure) {
        try takeOverIfDue()
        let now = clock.now()
        if lastGroupCommit.duration(to: now) >= settings.groupCommitEvery { commitToGroup() }
        if lastLook.duration(to: now) >= settings.lookAgainEvery {
            lastLook = now
            try lookAgain()
        }
        try markEnds(now)
    }

    /// Says about once a second how far it is, which also shows that it goes round.
    func reportIfDue() {
        let now = clock.now()
        guard lastReport.duration(to: now) >= .seconds(1) else { return }
        lastReport = now
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
        machine.doubtMarks()
        try lookForAnchors()
        guard actions.isEmpty else { return }
        if !machine.fenced.isEmpty { try perform(machine.retryFenced()) }
        guard actions.isEmpty, !machine.halted.isEmpty, pendingTakeOver == nil else { return }
        let topics = settings.topics
        guard let states = try? lane.call({ store throws(StoreFailure) in try store.positions(ofTopics: topics) })
        else {
            return
        }
        let wanted = machine.found(states)
        if !wanted.isEmpty { try perform(wanted) }
    }

    /// A broker may answer a fetch beyond its log's end with nothing at all: then the record before the position never comes.
    private func lookForAnchors() throws(SourceFailure) {
        guard patience.isExhausted else { return }
        var ends: [Int: Int64] = [:]
        for (index, partition) in machine.partitions.enumerated() where partition.expectedAnchor != nil {
            guard let range = try? source.offsetRange(of: partition.partition) else { return }
            ends[index] = range.high
        }
        let actions = machine.anchorsAreMissing(ends)
        if !actions.isEmpty { try perform(actions) }
    }

    /// Tells the database which partitions are at their end, so that they do not hold the watermark.
    private func markEnds(_ now: ContinuousClock.Instant) throws(SourceFailure) {
        let idle = settings.drains ? .zero : settings.idleBeforeMark
        let due = ends.due(machine.partitions, now: now, after: idle)
        guard !due.isEmpty else { return }
        let marks = due.map { (partition: machine.partitions[$0].partition, epoch: machine.partitions[$0].epoch) }
        do throws(StoreFailure) {
            try lane.call { store throws(StoreFailure) in try store.markAtEnd(marks, isAtEnd: true) }
            for index in due { machine.markedAtEnd(index) }
        } catch {
            try storeFailed(error, nil)
        }
    }

    /// Tells the group how far the database is.
    func commitToGroup() {
        lastGroupCommit = clock.now()
        let positions = machine.partitions.map { PartitionStart($0.partition, offset: $0.committedOffset) }
        if !positions.isEmpty { source.commitToGroup(positions) }
    }

    // MARK: - Ending

    /// A drain gives up if the group never says what is ours.
    func checkAssignmentDeadline() throws(SourceFailure) {
        guard settings.drains, !wasAssigned, began.duration(to: clock.now()) > settings.assignmentDeadline else {
            return
        }
        throw SourceFailure(isRetriable: true, whyNothingIsAssigned())
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

    /// The result of draining, once every partition of the topics, whoever owns it, has reached its end.
    func drained() throws(SourceFailure) -> [TopicPartition: String]? {
        let now = clock.now()
        guard wasAssigned, inFlight == nil, intake.batch.isEmpty, !machine.isTakingOver, pendingTakeOver == nil,
            machine.partitions.allSatisfy(\.isMarkedAtEnd),
            lastDrainCheck.duration(to: now) >= .milliseconds(200)
        else { return nil }
        lastDrainCheck = now
        let topics = settings.topics
        do {
            let states = try lane.call { store throws(StoreFailure) in try store.positions(ofTopics: topics) }
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

    /// Lets the batch that is being written finish, bounded, and tells the group.
    func finish() {
        if let (ticket, _) = inFlight, let completion = lane.wait(for: ticket, atMost: .seconds(3)) {
            inFlight = nil
            if case .success(let receipt) = completion.result {
                machine.committed(ticket.batch.partitions)
                observe(.committed(IngestSummary(ticket.batch, receipt, duration: completion.duration)))
            }
        }
        commitToGroup()
    }
}
