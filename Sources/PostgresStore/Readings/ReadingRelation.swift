internal import Ingestion

/// The two tables of readings; what differs between them is told here, once.
public enum ReadingRelation: String, Sendable, CaseIterable {
    /// Registers, read at instants.
    case register = "reading"
    /// The energy of intervals.
    case interval = "interval_reading"

    /// The column of the reading's time.
    var time: String { self == .register ? "measured_at" : "interval_start" }

    /// An SQL condition on a row of a placing table: that it belongs here.
    ///
    /// An inequality: PostgreSQL, which has no statistics of a temporary table, takes it for a part of the rows, but not for a few.
    ///
    /// - Parameter row: the row's name in the statement; the tables of readings have the column, too.
    func condition(on row: String) -> String { self == .register ? "not \(row).seconds > 0" : "\(row).seconds > 0" }

    /// Its partitions, and their care.
    var partitioned: PartitionedTable { self == .register ? .reading : .intervalReading }
}

extension ReadingRow {
    /// The table that it belongs into.
    var relation: ReadingRelation { intervalSeconds > 0 ? .interval : .register }
}
