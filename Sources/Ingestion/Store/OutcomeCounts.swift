/// How many readings had which outcome; see ARCHITECTURE.md, "Outcomes".
public struct OutcomeCounts: Sendable, Equatable {
    /// Its (device, time) was free.
    public var accepted: Int64 = 0
    /// Same key, same values.
    public var duplicate: Int64 = 0
    /// Same key, better: took the place.
    public var replaced: Int64 = 0
    /// Same key, other values, not better: went to the history.
    public var superseded: Int64 = 0

    /// All zero.
    public init() {}

    /// Adds others.
    public mutating func add(_ other: OutcomeCounts) {
        accepted += other.accepted
        duplicate += other.duplicate
        replaced += other.replaced
        superseded += other.superseded
    }
}
