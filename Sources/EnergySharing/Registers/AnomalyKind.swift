/// What may be odd about a meter's readings; the raw value is the `kind` of its row in the table `anomaly`, and stable.
///
/// `deploy/validation.md` says of each what it means and what it does.
public enum AnomalyKind: String, Sendable, CaseIterable {
    // What the readings of a register say, judged when a span is settled.

    /// A register fell, or rose by more than the connection carries: no energy crosses to the next reading.
    case `break`
    /// A break of which the cause is plain: the registers began again near 0, below a hundredth of what they were.
    case reset
    /// A register of known width passed its end and began again: noted, and its energy counts.
    case rollover
    /// One reading breaks with both its neighbours while these agree: it was set aside.
    case outlier

    // What the readings of intervals say.

    /// A reading lies in the time of a longer one, which counts: it was set aside.
    case overlap
    /// More energy than the connection carries in that time: noted, and it counts.
    case overLimit = "over_limit"

    // What settled energy says, by the meter's own history; see ``PlausibilityRules``.

    /// Far more was imported in one interval than at that time of the days before.
    case spike
    /// Far more, or far less, was imported on a day than on the days before.
    case highLow = "high_low"
    /// Nothing was imported for long, where something used to be.
    case zeroRun = "zero_run"
    /// No register moved for long, although readings came in.
    case stuck
    /// The intervals of a day do not add up to what the registers rose by.
    case sumCheck = "sum_check"

    /// The kinds that settling a span finds, and takes away where they are not found any more.
    public static let ofReadings: [AnomalyKind] = [.break, .reset, .rollover, .outlier, .overlap, .overLimit]

    /// The kinds that looking at settled days finds, and takes away where they are not found any more.
    public static let ofDays: [AnomalyKind] = [.spike, .highLow, .zeroRun, .stuck, .sumCheck]
}
