/// The tables that are partitioned by time.
public enum PartitionedTable: String, Sendable, CaseIterable {
    /// Readings, by measured_at.
    case reading
    /// Attribution rows, by interval_start.
    case attribution
    /// Dead letters, by received_at.
    case deadLetter = "dead_letter"
}
