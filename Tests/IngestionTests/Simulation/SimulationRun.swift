import Dispatch
import Synchronization

/// Many schedules, on all processors, and what came of them.
struct SimulationRun: Sendable {
    /// What came of many schedules.
    struct Summary: Sendable {
        var schedules = 0
        var faults = FaultCounts()
        /// The smallest seed whose schedule broke an invariant, and which.
        var failure: (seed: UInt64, violation: String)?
    }

    /// Seeds from here on are schedules of a database that forgets commits in a crash.
    static let firstSeedWithAsynchronousCommits: UInt64 = 1 << 32

    /// What is built wrongly.
    var defect: SimulatedDefect?

    /// Runs one schedule.
    func schedule(seed: UInt64, isTracing: Bool = false) -> (violation: String?, faults: FaultCounts, trace: [String]) {
        var options = SimulationOptions()
        options.defect = defect
        options.losesAsynchronousCommits = seed >= Self.firstSeedWithAsynchronousCommits
        let simulation = Simulation(seed: seed, options, isTracing: isTracing)
        let violation = simulation.run()
        return (violation, simulation.context.faults, simulation.context.trace)
    }

    /// Runs the schedules of these seeds; the first that fails ends it.
    func schedules(_ seeds: Range<UInt64>) -> Summary {
        let next = Mutex(seeds.lowerBound)
        let total = Mutex(Summary())
        let share: UInt64 = 64
        DispatchQueue.concurrentPerform(iterations: 2) { _ in
            while true {
                let first = next.withLock { next in
                    defer { next += share }
                    return next
                }
                guard first < seeds.upperBound, total.withLock({ $0.failure == nil }) else { return }
                var part = Summary()
                for seed in first..<min(first + share, seeds.upperBound) {
                    let result = schedule(seed: seed)
                    part.schedules += 1
                    part.faults.add(result.faults)
                    if let violation = result.violation {
                        part.failure = (seed, violation)
                        break
                    }
                }
                total.withLock { $0.add(part) }
            }
        }
        return total.withLock { $0 }
    }
}

extension SimulationRun.Summary {
    mutating func add(_ other: Self) {
        schedules += other.schedules
        faults.add(other.faults)
        guard let theirs = other.failure else { return }
        if let ours = failure, ours.seed < theirs.seed { return }
        failure = theirs
    }
}
