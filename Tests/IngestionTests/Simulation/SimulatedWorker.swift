@testable import Ingestion

/// One process: the product's own loop over a simulated client and a simulated store.
final class SimulatedWorker {
    let name: String
    let source: SimulatedSource
    let store: SimulatedStore
    let lane: SimulatedLane
    private let cycle: IngestCycle<SimulatedSource, SimulatedLane>
    private let context: SimulationContext
    /// Until when the process stands still.
    var frozenUntil: ContinuousClock.Instant?
    /// What a drain said in the end.
    private(set) var result: [TopicPartition: String]?

    init(_ name: String, _ broker: SimulatedBroker, _ database: SimulatedDatabase, drains: Bool) {
        self.name = name
        context = database.context
        let context = database.context
        source = SimulatedSource(name, broker, database, context)
        store = SimulatedStore(name, database)
        lane = SimulatedLane(store)
        var settings = IngestSettings(owner: name, topics: [SimulatedBroker.topic])
        settings.batchRows = context.choices.isQuiet ? 10 : 1 + context.choices.below(6)
        settings.lookAgainEvery = .seconds(3)
        settings.groupCommitEvery = .seconds(1)
        settings.idleBeforeMark = .milliseconds(500)
        settings.longestRetryDelay = .seconds(1)
        settings.drains = drains
        let clock = LoopClock(now: { context.now }, jitter: { 0.5 })
        cycle = IngestCycle(settings: settings, source: source, lane: lane, clock: clock) { event in
            Self.note(event, name, context)
        }
        broker.clients.append(source)
    }

    /// Goes on by one turn of the loop.
    func turn() {
        do throws(SourceFailure) {
            if let result = try cycle.turn() { self.result = result }
        } catch {
            context.violate("\(name) ends: \(error.description)")
        }
    }

    /// Ends in order.
    func stop() {
        _ = cycle.stop()
        source.close()
    }

    /// Whether it has nothing under way.
    var isIdle: Bool { !lane.isBusy && cycle.intake.batch.isEmpty && cycle.actions.isEmpty }

    private static func note(_ event: IngestEvent, _ name: String, _ context: SimulationContext) {
        guard context.isTracing else { return }
        switch event {
        case .storeTrouble(let failure): context.note("\(name): \(failure)")
        case .halted(let partition, let reason): context.note("\(name) wants \(partition) halted: \(reason)")
        case .fenced(let partitions): context.note("\(name) is fenced: \(partitions)")
        default: break
        }
    }
}
