public import CoreMetrics
internal import Synchronization

/// Counts values by size, in buckets with fixed upper bounds.
///
/// A lock, not atomics: buckets, sum and count are then read as they belong together.
public final class HistogramMetric: RecorderHandler, TimerHandler {
    /// What was counted.
    public struct Snapshot: Sendable, Equatable {
        /// How many values lie in each bucket, and last, above all bounds; not cumulative.
        public var counts: [Int64]
        /// The sum of all values.
        public var sum: Double
        /// How many values there were.
        public var count: Int64 { counts.reduce(0, +) }
    }

    /// The buckets' upper bounds, inclusive, ascending.
    public let bounds: [Double]
    private let state: Mutex<Snapshot>

    /// Makes an empty one.
    ///
    /// - Parameter bounds: Put in order; repeated and infinite ones are left out.
    public init(bounds: [Double]) {
        self.bounds = Set(bounds.filter(\.isFinite)).sorted()
        state = Mutex(Snapshot(counts: Array(repeating: 0, count: self.bounds.count + 1), sum: 0))
    }

    /// Counts a value; NaN is ignored.
    public func record(_ value: Double) {
        guard !value.isNaN else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock {
            $0.counts[bucket] += 1
            $0.sum += value
        }
    }

    /// Counts a value.
    public func record(_ value: Int64) { record(Double(value)) }

    /// Counts a duration, in seconds.
    public func record(_ duration: Duration) {
        let parts = duration.components
        record(Double(parts.seconds) + Double(parts.attoseconds) * 1e-18)
    }

    /// Counts a duration, in seconds.
    public func recordNanoseconds(_ duration: Int64) { record(Double(duration) * 1e-9) }

    /// What was counted until now.
    public var snapshot: Snapshot { state.withLock { $0 } }
}
