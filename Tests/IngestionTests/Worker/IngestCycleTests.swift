import Testing

@testable import Ingestion

/// Single cases of what the simulation tries by the thousand, with nothing left to chance.
@Suite("Ingest cycle")
struct IngestCycleTests {
    @Test("An idle partition is marked at its end again after a worker that had stood still took it over and lost it")
    func markLostToAZombie() {
        let context = SimulationContext(choices: .none, options: SimulationOptions(), isTracing: false)
        let broker = SimulatedBroker(partitions: 1, context)
        defer { broker.close() }
        let books = SimulationBooks(broker, context)
        let database = SimulatedDatabase(partitions: 1, books, context)
        broker.produce()
        let owner = SimulatedWorker("owner", broker, database, drains: false)
        let zombie = SimulatedWorker("zombie", broker, database, drains: false)
        func run(_ worker: SimulatedWorker, seconds: Int) {
            for _ in 0..<seconds * 10 {
                context.advance(milliseconds: 100)
                worker.turn()
                while worker.lane.isBusy { worker.lane.step() }
            }
        }
        owner.source.hear(.assigned(broker.partitions))
        run(owner, seconds: 3)
        #expect(database.state.positions[0]?.isAtEnd == true)

        zombie.source.hear(.assigned(broker.partitions))
        zombie.source.hear(.lost)
        run(zombie, seconds: 1)
        #expect(database.state.positions[0]?.isAtEnd == false)
        run(owner, seconds: 12)
        #expect(database.state.positions[0]?.isAtEnd == true)
        #expect(context.violation == nil)
    }
}
