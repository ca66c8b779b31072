import Ingestion

extension Simulation {
    /// Something goes wrong that no part does by itself.
    func goWrong() {
        if context.draws(.workerKilled, oneIn: 6), let worker = anyWorker {
            context.happened(.workerKilled)
            remove(worker)
            if workers.isEmpty || context.choices.oneIn(2) { addWorker() }
        } else if context.draws(.workerStopped, oneIn: 8), let worker = anyWorker, worker.frozenUntil == nil {
            context.happened(.workerStopped)
            worker.stop()
            remove(worker)
            if workers.isEmpty || context.choices.oneIn(2) { addWorker() }
        } else if context.draws(.workerFrozen, oneIn: 4), let worker = anyWorker, worker.frozenUntil == nil {
            freeze(worker)
            if workers.count < context.options.workers { addWorker() }
        } else if context.draws(.databaseCrashed, oneIn: 8) {
            database.crash()
        } else if context.draws(.registryChanged, oneIn: 8) {
            context.happened(.registryChanged)
            database.change { $0.registryVersion += 1 }
        } else if context.draws(.readingsChanged, oneIn: 8) {
            context.happened(.readingsChanged)
            database.change { $0.readingVersion += 1 }
        } else if context.choices.oneIn(3) {
            disturbLog()
        } else if context.choices.oneIn(3) {
            decideHalts()
        }
    }

    private var anyWorker: SimulatedWorker? {
        workers.isEmpty ? nil : workers[context.choices.below(workers.count)]
    }

    /// Something happens to a log that is not the worker's fault.
    private func disturbLog() {
        let index = context.choices.below(broker.partitions.count)
        let log = broker.logs[index]
        // What is replaced is known by the last record that was consumed: without one nobody can know.
        let position = database.state.positions[index]
        let isKnown = position?.anchorHash != nil && books.life(index, position?.incarnation ?? 0) === log.life
        if context.draws(.retentionPassed, oneIn: 6), log.high > log.low, !log.isReplaced {
            broker.removeFirst(1 + context.choices.below(log.high - log.low), of: index)
            if let position, Int64(broker.logs[index].low) > position.nextOffset { context.happened(.retentionPassed) }
        } else if context.draws(.logTruncated, oneIn: 6), isKnown, log.high > log.low {
            context.happened(.logTruncated)
            broker.truncate(index, to: log.low + context.choices.below(log.high - log.low))
        } else if context.draws(.topicRecreated, oneIn: 6), isKnown {
            context.happened(.topicRecreated)
            broker.recreate(index, records: context.choices.below(12))
        }
    }

    /// A person decides about what is halted: accepts a gap, or a new beginning, as `positions accept-gap` does.
    func decideHalts() {
        for index in broker.partitions.indices {
            guard let position = database.state.positions[index], position.haltReason != nil,
                !database.sessions.contains(where: { $0.locks.contains(index) })
            else { continue }
            for client in broker.clients { client.forgetFailures(index) }
            let log = broker.logs[index]
            let life = books.life(index, position.incarnation)
            if life !== log.life || log.life.firstCut < Int.max {
                context.note("a person accepts a new beginning of \(index)")
                books.begins(index, at: position.incarnation + 1, broker.beginLife(index))
                letGoOn(index, at: Int64(log.low), isNewIncarnation: true)
            } else if Int64(log.low) > position.nextOffset {
                context.note("a person accepts that \(index) goes on at \(log.low)")
                letGoOn(index, at: Int64(log.low), isNewIncarnation: false)
            } else {
                // Nothing is wrong any more: the same log from the same offset on.
                context.note("a person lets \(index) go on")
                books.begins(index, at: position.incarnation + 1, log.life)
                letGoOn(index, at: position.nextOffset, isNewIncarnation: true)
            }
        }
    }

    private func letGoOn(_ index: Int, at offset: Int64, isNewIncarnation: Bool) {
        database.change { state in
            guard var position = state.positions[index] else { return }
            if isNewIncarnation {
                position.incarnation += 1
                position.firstOffset = offset
            } else {
                state.ledger.append(
                    .init(
                        partition: index,
                        incarnation: position.incarnation,
                        firstOffset: position.nextOffset,
                        nextOffset: offset,
                        isGap: true
                    )
                )
            }
            position.nextOffset = offset
            position.haltReason = nil
            position.epoch += 1
            position.owner = 0
            position.isAtEnd = false
            position.anchorHash = nil
            state.positions[index] = position
        }
    }
}
