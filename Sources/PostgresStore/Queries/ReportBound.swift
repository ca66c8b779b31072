/// Where a report's span begins or ends.
public enum ReportBound: Sendable, Equatable {
    /// The beginning of a day by the community's local time; year, month and day are a date that exists.
    case localDate(year: Int32, month: Int32, day: Int32)
    /// An instant: microseconds since 1970-01-01T00:00:00Z.
    case instant(Int64)
}
