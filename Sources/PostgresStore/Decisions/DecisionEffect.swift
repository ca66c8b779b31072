/// How much energy is counted around an anomaly, before and after a decision on it.
public struct DecisionEffect: Sendable, Equatable {
    /// The instants between which it is counted: the first and the last reading around the anomaly.
    public var from: Int64
    /// The end.
    public var until: Int64
    /// Import in Wh, as it is counted now.
    public var importBefore: Int64
    /// Import in Wh, as it would be.
    public var importAfter: Int64
    /// Export in Wh, as it is counted now.
    public var exportBefore: Int64
    /// Export in Wh, as it would be.
    public var exportAfter: Int64
}
