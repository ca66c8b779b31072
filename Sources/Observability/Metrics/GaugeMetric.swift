public import CoreMetrics
internal import Synchronization

/// A number that goes up and down; unset (NaN) until it is first set, and not shown then.
public final class GaugeMetric: MeterHandler, RecorderHandler {
    /// The bits of a `Double`.
    private let bits = Atomic<UInt64>(Double.nan.bitPattern)

    /// Starts unset.
    public init() {}

    /// Sets it.
    public func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    /// Sets it.
    public func set(_ value: Int64) { set(Double(value)) }

    /// Sets it: a recorder that does not aggregate shows the last value.
    public func record(_ value: Int64) { set(Double(value)) }

    /// Sets it: a recorder that does not aggregate shows the last value.
    public func record(_ value: Double) { set(value) }

    /// Adds; an unset gauge counts as zero.
    public func increment(by amount: Double) {
        var seen = bits.load(ordering: .relaxed)
        while true {
            let value = Double(bitPattern: seen)
            let next = ((value.isNaN ? 0 : value) + amount).bitPattern
            let (exchanged, original) = bits.compareExchange(expected: seen, desired: next, ordering: .relaxed)
            if exchanged { return }
            seen = original
        }
    }

    /// Subtracts; an unset gauge counts as zero.
    public func decrement(by amount: Double) { increment(by: -amount) }

    /// The number now; NaN if it was never set.
    public var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
}
