/// Days on which far more, or far less, was imported than on the days before, ``AnomalyKind/highLow``.
///
/// Import only: what the sun makes differs from day to day by far more.
public struct HighLow: Sendable, Equatable {
    /// How many days before the day are looked at.
    public var days = 14
    /// How many of these have to be complete.
    public var leastDays = 7
    /// Less than so many thousandths of their median are low.
    public var lowPermille: Int64 = 200
    /// More than so many thousandths of it are high.
    public var highPermille: Int64 = 5_000
    /// Where the median is below this, and the day's import as well, nothing is, in Wh.
    public var floorWh: Int64 = 500

    /// The rule with its defaults.
    public init() {}

    /// The finding about a day, with the imports of the complete days before; `nil`: nothing odd.
    func finding(_ day: MeterDay, _ total: IntervalEnergy, before: [Int64]) -> ReadingFinding? {
        let value = total.importWh
        guard before.count >= leastDays, let median = Median.of(before), max(value, median) >= floorWh else {
            return nil
        }
        let isLow = value * 1_000 < median * lowPermille
        guard isLow || value * 1_000 > median * highPermille else { return nil }
        return ReadingFinding(
            kind: .highLow,
            from: day.start,
            to: day.end,
            detail: "An import of \(value) Wh on this day, far \(isLow ? "below" : "above") the usual \(median) Wh "
                + "(the median of \(before.count) days before)."
        )
    }
}
