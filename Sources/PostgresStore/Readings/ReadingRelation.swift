/// The two tables of readings; what differs between them is told here, once.
public enum ReadingRelation: String, Sendable, CaseIterable {
    /// Registers, read at instants.
    case register = "reading"
    /// The energy of intervals.
    case interval = "interval_reading"

    /// The column of the reading's time.
    var time: String { self == .register ? "measured_at" : "interval_start" }

    /// An SQL condition on rows of the placing tables: that they belong here.
    ///
    /// An inequality: PostgreSQL, which has no statistics of a temporary table, takes it for a part of the rows, but not for a few.
    var condition: String { self == .register ? "not seconds > 0" : "seconds > 0" }

    /// Its partitions, and their care.
    var partitioned: PartitionedTable { self == .register ? .reading : .intervalReading }
}
