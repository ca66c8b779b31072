import ArgumentParser
import PostgresStore

/// Which reading of an anomaly is meant, on the command line.
struct ReadingArgument: ExpressibleByArgument, Equatable {
    /// What it says.
    let choice: AnomalyDecision.Choice

    /// Reads `before`, `after` or RFC 3339; `nil` for anything else.
    init?(argument: String) {
        switch argument {
        case "before": choice = .before
        case "after": choice = .after
        default:
            guard argument.utf8.count > 10, let time = TimeArgument(argument: argument) else { return nil }
            choice = .at(time.instantInUTC)
        }
    }

    static let allValueStrings = ["before", "after"]
}
