public import Ingestion

/// What a replay came to.
public struct ReplaySummary: Sendable, Equatable {
    /// Letters that were replayed.
    public var letters = 0
    /// Of these: resolved.
    public var resolved = 0
    /// What became of the readings that are sound now.
    public var outcomes = OutcomeCounts()
    /// What was refused again, by reason.
    public var refusals: [String: Int] = [:]

    /// Nothing yet.
    public init() {}

    /// Letters that are still to be resolved.
    public var unresolved: Int { letters - resolved }

    /// Adds what became of one record.
    mutating func add(_ record: ReplayedRecord) {
        letters += record.letters
        resolved += record.resolved
        outcomes.add(record.outcomes)
        for refusal in record.refusals { refusals[refusal.reason, default: 0] += 1 }
    }

    /// Adds another's.
    public mutating func add(_ other: ReplaySummary) {
        letters += other.letters
        resolved += other.resolved
        outcomes.add(other.outcomes)
        refusals.merge(other.refusals) { $0 + $1 }
    }
}
