public import Ingestion

/// What became of one record's dead letters.
public struct ReplayedRecord: Sendable, Equatable {
    /// The record.
    public var id: DeadLetterID
    /// Which life of the topic the offset belongs to.
    public var incarnation: Int32
    /// How many of its letters were replayed.
    public var letters: Int
    /// How many of them are resolved.
    public var resolved: Int
    /// What became of its readings that are sound now.
    public var outcomes: OutcomeCounts
    /// What is refused again.
    public var refusals: [ReplayRefusal]

    /// Makes one.
    public init(
        id: DeadLetterID,
        incarnation: Int32,
        letters: Int,
        resolved: Int,
        outcomes: OutcomeCounts,
        refusals: [ReplayRefusal]
    ) {
        self.id = id
        self.incarnation = incarnation
        self.letters = letters
        self.resolved = resolved
        self.outcomes = outcomes
        self.refusals = refusals
    }
}
