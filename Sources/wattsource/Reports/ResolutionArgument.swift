import ArgumentParser
import PostgresStore

/// How an anomaly is resolved, on the command line.
struct ResolutionArgument: ExpressibleByArgument, Equatable {
    /// What it says.
    let value: AnomalyResolution

    /// Reads `meter-swap`, `set-aside` or `accept`.
    init?(argument: String) {
        guard let value = AnomalyResolution(rawValue: argument) else { return nil }
        self.value = value
    }

    static let allValueStrings = AnomalyResolution.allCases.map(\.rawValue)
}
