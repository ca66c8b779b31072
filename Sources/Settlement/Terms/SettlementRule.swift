public import EnergySharing

/// How a community settles during a span of time.
public struct SettlementRule: Sendable, Equatable {
    /// From when it holds, on the interval grid: microseconds since 1970-01-01T00:00:00Z; `Int64.min`: always.
    public var validFrom: Int64
    /// Until when it holds, exclusive; `Int64.max`: no end.
    public var validUntil: Int64
    /// The length of an interval in microseconds; intervals lie on the UTC grid of this length.
    public var interval: Int64
    /// How surplus is split.
    public var sharing: SharingRule
    /// How long after an interval's end it waits for late readings, in microseconds.
    public var grace: Int64
    /// When an interval becomes final.
    public var finality: Finality
    /// How long after an interval's end it follows late readings by itself, in microseconds; `nil`: as long as readings are kept.
    public var corrections: Int64?

    /// When an interval becomes final.
    public enum Finality: Sendable, Equatable {
        /// So many microseconds after its end.
        case after(Int64)
        /// By the calendar: with all others that begin in its local month, on that day (1 to 28) of the next month, so many microseconds
        /// after midnight by the clocks of the community's zone; see ``FinalityCalendar``.
        case calendar(day: Int32, time: Int64)
    }

    /// Makes a rule.
    public init(
        validFrom: Int64 = .min,
        validUntil: Int64 = .max,
        interval: Int64,
        sharing: SharingRule,
        grace: Int64,
        finality: Finality,
        corrections: Int64? = nil
    ) {
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.interval = interval
        self.sharing = sharing
        self.grace = grace
        self.finality = finality
        self.corrections = corrections
    }

    /// The beginning of the interval that holds an instant of the rule's time; microseconds since 1970-01-01T00:00:00Z.
    public func intervalStart(at time: Int64) -> Int64 { IntervalGrid.floor(time, interval) }
}
