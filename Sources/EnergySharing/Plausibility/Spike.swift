/// Single intervals that stand out from the same time of the days before, ``AnomalyKind/spike``.
///
/// A Hampel filter per slot: with m the median of the slot over the window, and MAD the median of the distances from it,
/// an import of v Wh stands out if v ≥ floor, v > factor · m and v − m > k · 1.4826 · MAD (1.4826 · MAD estimates the
/// standard deviation of a normal distribution). All in whole numbers.
///
/// Import only: what the sun makes of the same hour differs from day to day by far more.
public struct Spike: Sendable, Equatable {
    /// How many days before the interval's own the window has.
    public var days = 7
    /// In how many of these the slot needs a value.
    public var leastDays = 4
    /// Above how many times the median.
    public var factor: Int64 = 3
    /// Above the median by how many standard deviations.
    public var deviations: Int64 = 6
    /// Less than this is never one, in Wh.
    public var floorWh: Int64 = 500

    /// The rule with its defaults.
    public init() {}

    /// The finding about one interval, with the values of its slot on the days before; `nil`: nothing odd.
    func finding(_ interval: MeterDay.Interval, window: [Int64]) -> ReadingFinding? {
        let value = interval.energy.importWh
        guard value >= floorWh, window.count >= leastDays, let median = Median.of(window),
            let spread = Median.of(window.map { abs($0 - median) }),
            value > factor * median,
            (value - median) * 10_000 > deviations * 14_826 * spread
        else { return nil }
        return ReadingFinding(
            kind: .spike,
            from: interval.start,
            to: interval.end,
            detail:
                "An import of \(value) Wh in \(interval.length / 60_000_000) minutes, where \(median) Wh are usual at that "
                + "time of day (the median of \(window.count) days)."
        )
    }
}
