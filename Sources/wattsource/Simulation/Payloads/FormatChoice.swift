internal import ArgumentParser

/// What `--format` says: one format for all meters, or all of them in turn.
enum FormatChoice: ExpressibleByArgument, Equatable, Sendable {
    /// All meters send this one.
    case one(PayloadFormat)
    /// The first meter sends the first format, and so on, and after the last format the first again.
    case mixed

    /// Reads the option's value.
    init?(argument: String) {
        if argument == "mixed" {
            self = .mixed
        } else if let format = PayloadFormat(rawValue: argument) {
            self = .one(format)
        } else {
            return nil
        }
    }

    /// The option's value.
    var defaultValueDescription: String {
        switch self {
        case .one(let format): format.rawValue
        case .mixed: "mixed"
        }
    }

    /// All values, for `--help` and for completion.
    static var allValueStrings: [String] { PayloadFormat.allCases.map(\.rawValue) + ["mixed"] }

    /// The format of a meter by its place in the data file, from 0.
    func format(of home: Int) -> PayloadFormat {
        switch self {
        case .one(let format): format
        case .mixed: PayloadFormat.allCases[home % PayloadFormat.allCases.count]
        }
    }
}
