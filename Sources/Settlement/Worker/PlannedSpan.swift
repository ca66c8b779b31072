/// A span to settle: whole intervals of one rule.
struct PlannedSpan: Sendable, Equatable {
    /// Its beginning, on the grid.
    var from: Int64
    /// Its end, exclusive, on the grid.
    var until: Int64
    /// The rule that holds in all of it.
    var rule: SettlementRule
    /// Whether it may have been settled before.
    var isAgain: Bool
    /// Whether it is only compared: its intervals are closed to the readings that it is due for.
    var isClosed = false
    /// Why it is settled again; empty for the first time.
    var cause: String

    /// The number of its intervals.
    var count: Int { Int((until - from) / rule.interval) }
}
