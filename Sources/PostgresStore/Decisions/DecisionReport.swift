public import CommunityRegistry

/// What deciding on an anomaly, or taking that back, did or would do.
public struct DecisionReport: Sendable, Equatable {
    /// The anomaly as it was before.
    public var anomaly: AnomalyRecord
    /// What is recorded, or taken back, one sentence each.
    public var recorded: [String]
    /// How the energy around it changes; `nil`: not by registers that stand around it.
    public var effect: DecisionEffect?
    /// What of all that is settled becomes due again.
    public var dueAgain: [DueAgain]
}
