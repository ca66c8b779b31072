import ArgumentParser
import PostgresStore

/// The length of a report's periods on the command line.
struct PeriodArgument: ExpressibleByArgument, Equatable {
    /// What it says.
    let period: ReportPeriod

    /// Reads `hour`, `day`, `month` or `year`.
    init?(argument: String) {
        guard let period = ReportPeriod(rawValue: argument) else { return nil }
        self.period = period
    }

    static let allValueStrings = ReportPeriod.allCases.map(\.rawValue)
}
