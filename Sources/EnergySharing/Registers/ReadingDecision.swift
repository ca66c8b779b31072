/// What a person decided about one reading; the raw value is what the database holds.
public enum ReadingDecision: String, Sendable, CaseIterable {
    /// The reading takes no part in settlement, as if it were not there.
    case setAside = "set-aside"
    /// What leads to this reading from the one before is right, however odd: a rise is real, and its energy counts; a
    /// fall is acknowledged, and no energy crosses it. Nothing is found there.
    case accept
}
