@testable import Ingestion

/// One schedule: several workers, one database, one broker, and everything that goes wrong between them, all decided by one seed.
///
/// No threads, no sleeping: whatever may happen next is a step, and chance says which step it is. Time passes only as steps say.
final class Simulation {
    let context: SimulationContext
    let broker: SimulatedBroker
    let database: SimulatedDatabase
    let books: SimulationBooks
    private(set) var workers: [SimulatedWorker] = []
    private var born = 0
    /// How deep workers' waits are nested; bounded, so that no wait waits for itself.
    private var depth = 0

    init(seed: UInt64, _ options: SimulationOptions, isTracing: Bool) {
        context = SimulationContext(choices: Choices(seed: seed), options: options, isTracing: isTracing)
        broker = SimulatedBroker(partitions: 1 + context.choices.below(options.partitions), context)
        books = SimulationBooks(broker, context)
        database = SimulatedDatabase(partitions: broker.partitions.count, books, context)
        books.clients = { [unowned broker] in broker.clients }
    }

    /// Runs the schedule to its end.
    ///
    /// - Returns: The first invariant that broke; `nil`: none did.
    func run() -> String? {
        defer { broker.close() }
        for _ in 0..<3 + context.choices.below(8) { broker.produce() }
        for _ in 0..<1 + context.choices.below(context.options.workers) { addWorker() }
        let steps = context.options.steps / 3 + context.choices.below(context.options.steps * 2 / 3)
        for _ in 0..<steps where context.violation == nil { step() }
        if context.violation == nil { heal() }
        if context.violation == nil { books.close(database.state, context) }
        return context.violation
    }

    // MARK: Steps

    private func step() {
        switch context.choices.below(100) {
        case 0..<46: turn()
        case 46..<76: if !stepLane() { turn() }
        case 76..<84: broker.produce()
        case 84..<90: context.advance(milliseconds: context.choices.oneIn(4) ? 4_000 : context.choices.below(300))
        case 90..<93: database.goOnAlone()
        case 93..<95: if broker.needsRebalance || context.choices.oneIn(3) { broker.rebalance() }
        default: goWrong()
        }
        wakeUp()
    }

    private func turn() {
        let awake = workers.filter { $0.frozenUntil == nil }
        guard !awake.isEmpty else {
            if workers.count < context.options.workers { addWorker() }
            return
        }
        let worker = awake[context.choices.below(awake.count)]
        context.advance(milliseconds: context.choices.below(20))
        worker.turn()
    }

    /// Goes on with somebody's batch; false if nobody has one.
    @discardableResult
    private func stepLane(besides other: SimulatedWorker? = nil) -> Bool {
        let busy = workers.filter { $0 !== other && $0.frozenUntil == nil && $0.lane.isBusy }
        guard !busy.isEmpty else { return false }
        busy[context.choices.below(busy.count)].lane.step()
        return true
    }

    /// What others do while a worker waits for the database.
    private func letOthersGoOn(besides worker: SimulatedWorker) {
        guard depth == 0 else { return }
        depth += 1
        defer { depth -= 1 }
        for _ in 0..<context.choices.below(3) { stepLane(besides: worker) }
        if context.choices.oneIn(4) { database.goOnAlone() }
    }

    // MARK: Workers

    func addWorker(drains: Bool = false) {
        born += 1
        let worker = SimulatedWorker("w\(born)", broker, database, drains: drains)
        worker.store.letOthersGoOn = { [unowned self, unowned worker] in letOthersGoOn(besides: worker) }
        workers.append(worker)
        context.note("\(worker.name) starts")
    }

    /// A worker's process is no more; its session ends, or the server does not notice yet.
    func remove(_ worker: SimulatedWorker) {
        workers.removeAll { $0 === worker }
        broker.clients.removeAll { $0 === worker.source }
        broker.leave(worker.source)
        guard let session = worker.store.session, session.isAlive else { return }
        worker.store.lose(session)
    }

    func freeze(_ worker: SimulatedWorker) {
        context.happened(.workerFrozen)
        worker.frozenUntil = context.now + .milliseconds(200 + context.choices.below(8_000))
        if !context.choices.oneIn(4) { worker.source.expel() }
    }

    private func wakeUp() {
        for worker in workers {
            guard let until = worker.frozenUntil, context.now >= until else { continue }
            worker.frozenUntil = nil
            context.note("\(worker.name) goes on")
            if worker.lane.isBusy { context.happened(.workerThawedInBatch) }
        }
    }
}
