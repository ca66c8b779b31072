/// The tables that are partitioned by time.
public enum PartitionedTable: String, Sendable, CaseIterable {
    /// Readings, by measured_at.
    case reading
    /// Readings of intervals, by interval_start.
    case intervalReading = "interval_reading"
    /// Attribution rows, by interval_start.
    case attribution
    /// Dead letters, by received_at.
    case deadLetter = "dead_letter"
}
