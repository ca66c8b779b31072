/// Single intervals that stand out from the same time of the days before, ``AnomalyKind/spike``.
///
/// A Hampel filter per slot: with m the median of the slot over the window, and MAD the median of the distances from it,
/// usual is what is at most m + k · 1.4826 · MAD (1.4826 · MAD estimates the standard deviation of a normal distribution),
/// or the floor, if that is more. An import of more than factor times that is a spike if the meter imported less in every
/// single interval of the window, at whatever time. All in whole numbers.
///
/// Without that last condition the bursts of cars and cooling in an ordinary home make one every third day: 1,971 a year in
/// the 17 real homes of the demo; with it 153.
///
/// Import only: what the sun makes of the same hour differs from day to day by far more.
public struct Spike: Sendable, Equatable {
    /// How many days before the interval's own the window has.
    public var days = 7
    /// In how many of these the slot needs a value.
    public var leastDays = 4
    /// Above how many times what is usual.
    public var factor: Int64 = 3
    /// How many standard deviations above the median are usual.
    public var deviations: Int64 = 6
    /// Up to this everything is usual, in Wh.
    public var floorWh: Int64 = 500

    /// The rule with its defaults.
    public init() {}

    /// The finding about one interval, with the values of its slot on the days before; `nil`: nothing odd.
    func finding(_ interval: MeterDay.Interval, window: [Int64]) -> ReadingFinding? {
        let value = interval.energy.importWh
        guard value > factor * floorWh, window.count >= leastDays, let median = Median.of(window),
            let spread = Median.of(window.map { abs($0 - median) }),
            value * 10_000 > factor * (median * 10_000 + deviations * 14_826 * spread)
        else { return nil }
        return ReadingFinding(
            kind: .spike,
            from: interval.start,
            to: interval.end,
            detail:
                "An import of \(value) Wh in \(interval.length / 60_000_000) minutes, where \(median) Wh are usual at "
                + "that time of day (the median of \(window.count) days), and more than in any interval of these days."
        )
    }
}
