import Ingestion

extension Simulation {
    /// Nothing goes wrong any more: everything that is in the logs has to be in the database before long.
    ///
    /// Halted partitions stay as they are in some schedules: they must hold nobody but themselves.
    func heal() {
        context.note("everything heals")
        context.isHealed = true
        for session in database.sessions where session.isHalfOpen || session.isCommittingAlone {
            database.finishAlone(session)
        }
        // A frozen process stays frozen in some schedules; the group knows by now.
        for worker in workers where worker.frozenUntil != nil {
            if context.choices.oneIn(2) {
                worker.frozenUntil = nil
            } else {
                worker.source.expel()
                worker.frozenUntil = context.now + .seconds(1_000_000_000)
            }
        }
        let leavesHalts = context.choices.oneIn(2)
        let drains = context.choices.oneIn(6)
        if drains {
            for worker in workers where worker.frozenUntil == nil {
                worker.stop()
                remove(worker)
            }
        }
        if !workers.contains(where: { $0.frozenUntil == nil }) { addWorker(drains: drains) }
        for _ in 0..<context.choices.below(4) { broker.produce() }
        var rounds = 0
        while context.violation == nil {
            rounds += 1
            guard rounds < 400 else { return context.violate("no progress: \(whatIsLeft ?? "a drain does not end")") }
            if broker.needsRebalance { broker.rebalance() }
            if !leavesHalts, rounds % 8 == 0 { decideHalts() }
            for worker in workers where worker.frozenUntil == nil && worker.result == nil {
                worker.turn()
                while worker.lane.isBusy, context.violation == nil { worker.lane.step() }
            }
            context.advance(milliseconds: 600)
            if drains, let worker = workers.first(where: { $0.result != nil }) { return checkDrain(worker) }
            if !drains, whatIsLeft == nil, leavesHalts || !isHalted { return }
        }
    }

    private var isHalted: Bool { database.state.positions.contains { $0?.haltReason != nil } }

    /// What is not done yet, or `nil`; what is halted does not count.
    private var whatIsLeft: String? {
        for index in broker.partitions.indices {
            guard let position = database.state.positions[index] else { return "\(index) was never taken over" }
            if position.haltReason != nil { continue }
            if let record = broker.firstRecord(index, from: position.nextOffset) {
                return "record \(index)/\(record) is not covered, the position is \(position.nextOffset)"
            }
            if !position.isAtEnd { return "\(index) is not marked at its end" }
        }
        return nil
    }

    /// A drain says that it is done: then it must be, and must name what is halted.
    private func checkDrain(_ worker: SimulatedWorker) {
        context.note("\(worker.name) has drained: \(worker.result ?? [:])")
        if let left = whatIsLeft { context.violate("a drain ended, but \(left)") }
        let halted = broker.partitions.filter { database.state.positions[Int($0.partition)]?.haltReason != nil }
        if Set(worker.result?.keys.map { $0 } ?? []) != Set(halted) {
            context.violate("a drain named \(worker.result ?? [:]), but \(halted) are halted")
        }
    }
}
