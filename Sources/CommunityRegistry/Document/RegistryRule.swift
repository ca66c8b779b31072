public import EnergySharing

/// How a community settles during a span of time.
public struct RegistryRule: Sendable, Equatable {
    /// From when it holds, microseconds since 1970-01-01T00:00:00Z; `nil`: always.
    public var from: Int64?
    /// Until when it holds, exclusive; `nil`: no end.
    public var until: Int64?
    /// The length of an interval in minutes: 15, 30 or 60.
    public var intervalMinutes: Int
    /// How surplus is split.
    public var sharing: SharingRule
    /// How long after its end an interval waits for late readings, in microseconds.
    public var grace: Int64
    /// When an interval becomes final.
    public var finality: RegistryFinality
    /// How long after its end an interval follows late readings by itself, in microseconds; `nil`: as long as its readings are
    /// kept.
    public var corrections: Int64?

    /// The grace where the file says nothing: 2 hours.
    public static let defaultGrace: Int64 = 2 * 3_600_000_000

    /// Makes a rule.
    public init(
        from: Int64? = nil,
        until: Int64? = nil,
        intervalMinutes: Int,
        sharing: SharingRule,
        grace: Int64 = RegistryRule.defaultGrace,
        finality: RegistryFinality = .usual,
        corrections: Int64? = nil
    ) {
        self.from = from
        self.until = until
        self.intervalMinutes = intervalMinutes
        self.sharing = sharing
        self.grace = grace
        self.finality = finality
        self.corrections = corrections
    }

    /// The length of an interval in microseconds.
    public var interval: Int64 { Int64(intervalMinutes) * 60_000_000 }
    /// The span it holds in.
    public var span: TimeSpan { TimeSpan(from: from, until: until) }
}
