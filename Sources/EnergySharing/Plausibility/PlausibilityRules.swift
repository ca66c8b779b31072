/// What counts as odd about the settled energy of a meter, by its own history.
///
/// These rules only annotate: none changes a watt-hour, refuses a reading, or makes an interval wait. Each can be turned
/// off by `nil`. The thresholds are those of common practice in validating meter data (spike, high-low, zero-consumption
/// and sum checks), with more patience for homes that make their own energy.
public struct PlausibilityRules: Sendable, Equatable {
    /// Single intervals far above the same time of the days before; `nil`: off.
    public var spike: Spike? = Spike()
    /// Days far above or below the days before; `nil`: off.
    public var highLow: HighLow? = HighLow()
    /// An import register that stopped: ``AnomalyKind/zeroRun``, or ``AnomalyKind/stuck``; `nil`: off.
    public var standstill: Standstill? = Standstill()
    /// Days of which the intervals do not add up to what the registers rose by; `nil`: off.
    public var sumCheck: SumCheck? = SumCheck()

    /// All rules, with their defaults.
    public init() {}

    /// How many days before a day the rules need to know, to judge it.
    public var context: Int { influence + 1 }

    /// For how many days after a day what happened on it may count.
    ///
    /// A standstill of 24 hours that ends on a day may begin on the day before that one, if that has only 23.
    public var influence: Int { max(spike?.days ?? 0, highLow?.days ?? 0, standstill == nil ? 0 : 2) }
}
