import ArgumentParser

/// How a report is written.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people, with charts.
    case table
    /// RFC 4180, one record per member and period.
    case csv
    /// One object.
    case json
}
