public import EnergySharing

/// How the attribute loop works.
public struct SettlementSettings: Sendable {
    /// How often it looks for something to do.
    public var every: Duration
    /// A partition at its end for so long no longer holds the stream's watermark.
    public var idleAfter: Duration
    /// The most meter-intervals that one transaction settles.
    public var chunkMeterIntervals: Int
    /// The longest pause between attempts while the database is away.
    public var longestRetryDelay: Duration
    /// What counts as odd about settled days; see ``PlausibilityRules``.
    public var plausibility: PlausibilityRules
    /// How often it looks at settled days, at most: nothing waits for what it finds.
    public var reviewEvery: Duration

    /// Makes settings with the defaults of the README.
    public init() {
        every = .seconds(1)
        idleAfter = .seconds(30)
        chunkMeterIntervals = 100_000
        longestRetryDelay = .seconds(10)
        plausibility = PlausibilityRules()
        reviewEvery = .seconds(300)
    }
}
