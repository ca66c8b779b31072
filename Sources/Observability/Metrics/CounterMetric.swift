public import CoreMetrics
internal import Synchronization

/// A number that only grows.
public final class CounterMetric: CounterHandler {
    private let count = Atomic<Int64>(0)

    /// Starts at zero.
    public init() {}

    /// Adds; what is not positive is ignored, so that a wrong caller cannot make it fall.
    public func increment(by amount: Int64) {
        guard amount > 0 else { return }
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    /// Adds one.
    public func increment() { increment(by: 1) }

    /// Starts at zero again, which Prometheus takes for a restart.
    public func reset() { count.store(0, ordering: .relaxed) }

    /// The number now.
    public var value: Int64 { count.load(ordering: .relaxed) }
}
