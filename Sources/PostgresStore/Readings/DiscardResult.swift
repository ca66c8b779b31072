/// What was, or would be, discarded.
public struct DiscardResult: Sendable, Equatable {
    /// The readings, in the order of time.
    public var readings: [HistoryEntry] = []
    /// What becomes due again.
    public var dueAgain: [DueIntervals] = []
}
