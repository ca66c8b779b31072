internal import Synchronization

/// Whether the worker lives and is ready, as its loops say; any thread may use it.
///
/// *Ready* means that it does its work: no condition is set and no loop is late. *Live* means that a restart would not help: it ends
/// only when a loop has shown no progress for much longer than it should. A database that is away makes it not ready, but not dead.
public final class HealthState: Sendable {
    /// One reason not to be ready.
    public struct Reason: Sendable, Equatable, CustomStringConvertible {
        /// What keeps it.
        public var condition: HealthCondition
        /// Why; safe to show anyone; may be empty.
        public var detail: String

        /// `condition: detail`.
        public var description: String { detail.isEmpty ? "\(condition)" : "\(condition): \(detail)" }
    }

    private struct Progress {
        var limit: Duration
        var last: Duration
    }

    private struct State {
        var conditions: [HealthCondition: String] = [:]
        var loops: [String: Progress] = [:]
    }

    private let state: Mutex<State>
    private let now: @Sendable () -> Duration

    /// How many times its limit a loop may be silent before the process counts as dead.
    public static let deathFactor = 10

    /// Begins not ready: ``HealthCondition/starting``.
    ///
    /// - Parameter now: A monotonic clock: time since any fixed instant.
    public init(now: @escaping @Sendable () -> Duration = HealthState.monotonicClock()) {
        self.now = now
        state = Mutex(State(conditions: [.starting: ""]))
    }

    /// The system's monotonic clock, which stands still while the machine sleeps: waking up is not a stall.
    public static func monotonicClock() -> @Sendable () -> Duration {
        let origin = SuspendingClock.now
        return { origin.duration(to: SuspendingClock.now) }
    }

    /// Sets a condition: not ready from now on; whether it was not set before.
    @discardableResult
    public func set(_ condition: HealthCondition, _ detail: String = "") -> Bool {
        state.withLock { $0.conditions.updateValue(detail, forKey: condition) == nil }
    }

    /// Clears a condition; whether it was set.
    @discardableResult
    public func clear(_ condition: HealthCondition) -> Bool {
        state.withLock { $0.conditions.removeValue(forKey: condition) != nil }
    }

    /// Expects a loop to call ``progressed(_:)`` at least this often from now on.
    public func expectProgress(of loop: String, within limit: Duration) {
        let now = now()
        state.withLock { $0.loops[loop] = Progress(limit: limit, last: now) }
    }

    /// A loop has come round once more; of no consequence if it is not expected.
    public func progressed(_ loop: String) {
        let now = now()
        state.withLock { $0.loops[loop]?.last = now }
    }

    /// A loop has ended as it should: nothing is expected of it any more.
    public func finished(_ loop: String) {
        state.withLock { _ = $0.loops.removeValue(forKey: loop) }
    }

    /// All reasons not to be ready, by name; none: ready.
    public func reasons() -> [Reason] {
        let now = now()
        return state.withLock { state in
            var reasons = state.conditions.map { Reason(condition: $0.key, detail: $0.value) }
            for (loop, progress) in state.loops where now - progress.last > progress.limit {
                let seconds = (now - progress.last).components.seconds
                reasons.append(Reason(condition: HealthCondition("stalled"), detail: "\(loop), for \(seconds) s"))
            }
            return reasons.sorted { ($0.condition, $0.detail) < ($1.condition, $1.detail) }
        }
    }

    /// Whether no reason is left.
    public var isReady: Bool { reasons().isEmpty }

    /// Whether every expected loop has shown progress within ``deathFactor`` times its limit.
    public var isLive: Bool {
        let now = now()
        return state.withLock { state in
            state.loops.values.allSatisfy { now - $0.last <= $0.limit * HealthState.deathFactor }
        }
    }

    /// How long ago each expected loop showed progress.
    public func progressAges() -> [(loop: String, age: Duration)] {
        let now = now()
        return state.withLock { state in
            state.loops.map { ($0.key, now - $0.value.last) }.sorted { $0.0 < $1.0 }
        }
    }
}
