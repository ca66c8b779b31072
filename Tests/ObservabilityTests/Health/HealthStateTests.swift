import Synchronization
import Testing

@testable import Observability

@Suite struct HealthStateTests {
    /// A clock that moves when told.
    private final class ManualClock: Sendable {
        private let time = Mutex(Duration.seconds(1_000))
        func advance(_ step: Duration) { time.withLock { $0 += step } }
        var now: Duration { time.withLock { $0 } }
    }

    private let clock: ManualClock
    private let health: HealthState

    init() {
        let clock = ManualClock()
        self.clock = clock
        health = HealthState(now: { clock.now })
        health.clear(.starting)
    }

    @Test func `It begins live, but not ready`() {
        let fresh = HealthState()
        #expect(fresh.isLive)
        #expect(!fresh.isReady)
        #expect(fresh.reasons().map(\.description) == ["starting"])
    }

    @Test func `Each condition keeps it from being ready until it is cleared`() {
        #expect(health.isReady)
        #expect(health.set(.database, "connection refused"))
        #expect(!health.set(.database, "still"))
        #expect(health.set(.halted("readings[3]"), "a gap"))
        #expect(health.reasons().map(\.description) == ["database: still", "partition readings[3] halted: a gap"])
        #expect(health.isLive)
        #expect(health.clear(.database))
        #expect(!health.clear(.database))
        #expect(!health.isReady)
        #expect(health.clear(.halted("readings[3]")))
        #expect(health.isReady)
    }

    @Test func `A loop that does not come round is stalled, later dead, and recovers`() {
        health.expectProgress(of: "ingest", within: .seconds(10))
        clock.advance(.seconds(10))
        #expect(health.isReady)
        clock.advance(.milliseconds(1))
        #expect(health.reasons().map(\.description) == ["stalled: ingest, for 10 s"])
        #expect(health.isLive)
        clock.advance(.seconds(90))
        #expect(!health.isLive)
        health.progressed("ingest")
        #expect(health.isLive)
        #expect(health.isReady)
    }

    @Test func `A finished or unknown loop is not waited for`() {
        health.expectProgress(of: "ingest", within: .seconds(1))
        health.finished("ingest")
        health.progressed("nobody")
        clock.advance(.seconds(1_000))
        #expect(health.isReady)
        #expect(health.progressAges().isEmpty)
    }

    @Test func `Ages count from the last progress`() {
        health.expectProgress(of: "b", within: .seconds(1))
        health.expectProgress(of: "a", within: .seconds(1))
        clock.advance(.seconds(2))
        health.progressed("a")
        clock.advance(.seconds(3))
        #expect(health.progressAges().map(\.loop) == ["a", "b"])
        #expect(health.progressAges().map(\.age) == [.seconds(3), .seconds(5)])
    }
}
