/// The span of a table partition, in UTC.
public enum PartitionWidth: String, Sendable, CaseIterable {
    /// One day.
    case day
    /// One calendar month.
    case month
}
