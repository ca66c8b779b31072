import Foundation
import Testing

/// The product's own loop, intake and position machine against a database, a broker and processes that fail in every way we know, by
/// tens of thousands of schedules; see Tests/README.md.
@Suite("Simulation of the ingest loop", .serialized)
struct IngestSimulationTests {
    /// `WATTSOURCE_SIMULATION_SCHEDULES`: how many; a quick test takes fewer than `./dev test`.
    private static let wanted = number("WATTSOURCE_SIMULATION_SCHEDULES") ?? 5_000

    /// `WATTSOURCE_SIMULATION_SEED`: the one schedule to be told in full.
    private static let seed = number("WATTSOURCE_SIMULATION_SEED")

    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
    }

    @Test("No schedule loses, doubles or alters a reading, and all come to their end", .enabled(if: seed == nil))
    func schedules() {
        let summary = run(SimulationRun(), 0..<Self.wanted)
        expectFaults(in: summary, but: [.asynchronousCommitsLost])
    }

    @Test(
        "Nor does a database that forgets commits in a crash, as it may with synchronous_commit = off",
        .enabled(if: seed == nil)
    )
    func asynchronousCommits() {
        let first = SimulationRun.firstSeedWithAsynchronousCommits
        let summary = run(SimulationRun(), first..<first + Self.wanted / 5)
        expectFaults(in: summary, but: [])
    }

    @Test("The schedule of WATTSOURCE_SIMULATION_SEED, told in full", .enabled(if: seed != nil))
    func replay() throws {
        let seed = try #require(Self.seed)
        let result = SimulationRun().schedule(seed: seed, isTracing: true)
        print(result.trace.joined(separator: "\n"))
        if let violation = result.violation { Issue.record("seed \(seed): \(violation)") }
    }

    @Test("The same seed is the same schedule")
    func determinism() {
        for seed: UInt64 in [1, 77, SimulationRun.firstSeedWithAsynchronousCommits + 3] {
            let first = SimulationRun().schedule(seed: seed, isTracing: true)
            #expect(first.trace.count > 20)
            #expect(first.trace == SimulationRun().schedule(seed: seed, isTracing: true).trace)
        }
    }

    @Test("Negative control: a worker or client that is built wrongly is found", arguments: SimulatedDefect.allCases)
    func controls(_ defect: SimulatedDefect) throws {
        let began = ContinuousClock.now
        let summary = SimulationRun(defect: defect).schedules(0..<20_000)
        let failure = try #require(summary.failure, "\(defect) was not found by \(summary.schedules) schedules")
        print(
            "control \(defect): found by seed \(failure.seed) after \(began.duration(to: .now)): \(failure.violation)"
        )
    }

    private func run(_ simulation: SimulationRun, _ seeds: Range<UInt64>) -> SimulationRun.Summary {
        let began = ContinuousClock.now
        let summary = simulation.schedules(seeds)
        let seconds = began.duration(to: .now) / .seconds(1)
        print(
            "\(summary.schedules) schedules in \(Int(seconds)) s, \(Int(Double(summary.schedules) / seconds)) a second"
        )
        print(SimulatedFault.allCases.map { "\($0) \(summary.faults[$0])" }.joined(separator: ", "))
        if let failure = summary.failure {
            print(simulation.schedule(seed: failure.seed, isTracing: true).trace.joined(separator: "\n"))
            Issue.record(
                """
                seed \(failure.seed): \(failure.violation); again with \
                WATTSOURCE_SIMULATION_SEED=\(failure.seed) swift test --filter IngestSimulationTests
                """
            )
        }
        return summary
    }

    /// Faults that never happen are not survived.
    private func expectFaults(in summary: SimulationRun.Summary, but others: [SimulatedFault]) {
        guard summary.failure == nil, summary.schedules >= 1_000 else { return }
        for fault in SimulatedFault.allCases where !others.contains(fault) {
            #expect(summary.faults[fault] > 0, "\(fault) never happened")
        }
    }
}
