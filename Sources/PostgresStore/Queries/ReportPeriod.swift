/// How long the periods of a report are; they begin and end by the community's local time.
public enum ReportPeriod: String, Sendable, CaseIterable {
    /// A local hour, labelled with its offset from UTC: the hour that daylight saving repeats is two.
    case hour
    /// A local day: 23 or 25 hours when the clocks change.
    case day
    /// A local month.
    case month
    /// A local year.
    case year
}
