@testable import Ingestion

/// Every order of the steps of two workers that both believe a partition to be theirs, with one batch each of the same records.
///
/// Each worker has seven steps: take-over (which reads the records, too), begin, lock and compare, copy, commit, reply, and, at any place
/// after the first, the revocation. Nothing is left to chance.
struct Interleavings {
    /// What the orders are tried with.
    struct Variant: CustomStringConvertible {
        /// What becomes of the first worker's COMMIT.
        var fate: SimulatedStore.CommitFate
        /// How many steps the first worker has done when its partitions are taken back.
        var revokedAfter: Int
        /// How many steps of anybody pass until the server does a COMMIT that was left to it; `nil`: it never does.
        var alone: Int?

        var description: String {
            "commit \(fate), revoked after \(revokedAfter), alone after \(alone.map(String.init) ?? "-")"
        }

        /// All that are tried: the revocation at every place, every fate of the COMMIT.
        static let all: [Variant] = {
            let revocations = (1...6).map { Variant(fate: .done, revokedAfter: $0) }
            let lost = [SimulatedStore.CommitFate.notReceived, .replyLost].flatMap { fate in
                [3, 6].map { Variant(fate: fate, revokedAfter: $0) }
            }
            let left = [nil, 0, 1, 2, 3, 4, 5, 6].map { Variant(fate: .leftPending, revokedAfter: 6, alone: $0) }
            return revocations + lost + left
        }()
    }

    static let steps = 7

    /// All orders: bit by bit, whose step is next.
    static let orders: [UInt16] = (0..<UInt16(1 << (2 * steps))).filter { $0.nonzeroBitCount == steps }

    let options: SimulationOptions
    private let context: SimulationContext
    private let broker: SimulatedBroker
    private let books: SimulationBooks
    private let database: SimulatedDatabase
    private let workers: [SimulatedWorker]

    /// A database, a broker with a few records, and two workers that have done nothing.
    init(_ options: SimulationOptions, isTracing: Bool = false) {
        self.options = options
        context = SimulationContext(choices: .none, options: options, isTracing: isTracing)
        broker = SimulatedBroker(partitions: 1, context)
        books = SimulationBooks(broker, context)
        let database = SimulatedDatabase(partitions: 1, books, context)
        self.database = database
        let broker = broker
        books.clients = { [unowned broker] in broker.clients }
        for _ in 0..<3 { broker.produce() }
        workers = ["a", "b"].map { SimulatedWorker($0, broker, database, drains: false) }
    }

    /// What happened.
    var trace: [String] { context.trace }

    /// Tries one order.
    ///
    /// - Returns: The first invariant that broke; `nil`: none did.
    func run(_ order: UInt16, _ variant: Variant) -> String? {
        var done = [0, 0]
        var revoked = [false, false]
        var untilAlone = variant.alone
        for place in 0..<2 * Self.steps {
            let who = Int(order >> place & 1)
            let revocation = who == 0 ? variant.revokedAfter : Self.steps - 1
            if done[who] == revocation, !revoked[who] {
                revoked[who] = true
                workers[who].source.hear(.revoked)
                turn(workers[who])
            } else {
                step(workers[who], isFirst: done[who] == 0, fate: who == 0 ? variant.fate : .done)
            }
            done[who] += 1
            if let session = database.sessions.first(where: \.isCommittingAlone) {
                if untilAlone == 0 {
                    database.commit(session)
                    database.end(session)
                } else if let left = untilAlone {
                    untilAlone = left - 1
                }
            }
        }
        finish()
        return context.violation
    }

    /// One worker's next step.
    private func step(_ worker: SimulatedWorker, isFirst: Bool, fate: SimulatedStore.CommitFate) {
        if isFirst {
            worker.source.hear(.assigned(broker.partitions))
            for _ in 0..<8 where !worker.lane.isBusy { turn(worker) }
        } else if worker.lane.isBusy {
            worker.store.writing?.fate = fate
            // The straight and the staged rows are one step.
            if worker.store.writing?.phase == .copy { worker.lane.step() }
            worker.lane.step()
        } else {
            turn(worker)
        }
    }

    private func turn(_ worker: SimulatedWorker) {
        context.advance(milliseconds: 20)
        worker.turn()
    }

    /// Whatever is under way ends; then a third worker does what is left, and everything is compared.
    private func finish() {
        for worker in workers {
            while worker.lane.isBusy { worker.lane.step() }
            for _ in 0..<3 { turn(worker) }
            worker.source.close()
        }
        for session in database.sessions where session.isCommittingAlone { database.end(session) }
        let last = SimulatedWorker("c", broker, database, drains: false)
        last.source.hear(.assigned(broker.partitions))
        for _ in 0..<20 where database.state.positions[0]?.nextOffset != 3 || !last.isIdle {
            turn(last)
            while last.lane.isBusy { last.lane.step() }
        }
        if database.state.positions[0]?.nextOffset != 3 { context.violate("the records are not all covered") }
        books.close(database.state, context)
        broker.close()
    }
}
