extension IngestCycle {
    /// Does what the machine wants, now or, if the batch on its way has to be known first, with the next turns.
    func perform(_ wanted: [PositionAction]) throws(SourceFailure) {
        actions += wanted
        if actions.isEmpty { observe(.haltedPartitions(machine.halted)) }
        try carryOut()
    }

    /// Goes on with what the machine wants; what is left stands in ``actions``.
    func carryOut() throws(SourceFailure) {
        guard !actions.isEmpty else { return }
        do throws(SourceFailure) {
            while let action = actions.first {
                if action == .dropWork, !dropWork() { return }
                actions.removeFirst()
                try carryOut(action)
            }
        } catch {
            actions = []
            throw error
        }
        observe(.haltedPartitions(machine.halted))
    }

    private func carryOut(_ action: PositionAction) throws(SourceFailure) {
        switch action {
        case .dropWork: break
        case .reloadDirectory: needsDirectory = true
        case .takeOver(let partitions, let attempt):
            let delay = RetryDelay.before(
                attempt: attempt,
                longest: settings.longestRetryDelay,
                jitter: clock.jitter()
            )
            pendingTakeOver = (partitions.filter { !machine.fenced.contains($0) }, clock.now() + delay)
        case .assign(let starts):
            try source.assign(starts)
            patience = AnchorPatience(settings.lookAgainEvery)
            observe(
                .takenOver(machine.partitions.map { (PartitionStart($0.partition, offset: $0.nextOffset), $0.epoch) })
            )
        case .unassign:
            pendingTakeOver = nil
            try source.unassign()
        case .halt(let partition, let epoch, let reason):
            observe(.halted(partition, reason: reason))
            // If this fails the take-over that follows finds the same fault and halts it again.
            try? lane.call { store throws(StoreFailure) in
                try store.halt(partition, epoch: epoch, reason: reason)
            }
        }
    }

    /// Forgets all that is in memory, once it is known what became of the batch on its way: its rows may be in the table, and the take-over
    /// that follows reads whether they are.
    ///
    /// The store's own deadlines bound the wait.
    ///
    /// - Returns: Whether it is done; else to be asked again.
    private func dropWork() -> Bool {
        if let (ticket, _) = inFlight {
            guard let completion = lane.wait(for: ticket, atMost: .seconds(1)) else { return false }
            inFlight = nil
            switch completion.result {
            case .success(let receipt):
                machine.committed(ticket.batch.partitions)
                intake.covered(ticket.batch.partitions)
                observe(.committed(IngestSummary(ticket.batch, receipt, duration: completion.duration)))
            case .failure(let failure):
                // The take-over that follows answers all of them; what it has to know is kept.
                if case .fenced(let others) = failure.action { machine.noteFenced(others) }
                if case .registryChanged = failure.action { needsDirectory = true }
                if case .dataRefused = failure.action { narrow(ticket.batch, failure) }
            }
        }
        intake.dropWork()
        ends.forget()
        return true
    }

    /// Takes the pending partitions over, if their time has come.
    func takeOverIfDue() throws(SourceFailure) {
        guard let (partitions, notBefore) = pendingTakeOver, clock.now() >= notBefore else { return }
        pendingTakeOver = nil
        do {
            if needsDirectory { try loadDirectory() }
            var requests: [TakeOverRequest] = []
            for partition in partitions {
                let range = try source.offsetRange(of: partition)
                let firstStart = try firstStart(of: partition, range)
                requests.append(TakeOverRequest(partition: partition, low: range.low, firstStart: firstStart))
            }
            let (owner, wanted) = (settings.owner, requests)
            let positions = try lane.call { store throws(StoreFailure) in try store.takeOver(wanted, owner: owner) }
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
        let snapshot = try lane.call { store throws(StoreFailure) in try store.loadDirectory() }
        intake.use(DeviceDirectory(snapshot))
        needsDirectory = false
        observe(.directoryLoaded(devices: snapshot.devices.count, registryVersion: snapshot.registryVersion))
    }
}
