import ArgumentParser

/// How a list is written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people.
    case table
    /// For programs: one JSON value.
    case json

    /// Writes a result to standard output in this form; only that is made.
    func write(_ lines: @autoclosure () -> [String], _ json: @autoclosure () -> JSONValue) throws(CommandFailure) {
        switch self {
        case .table: try StandardOutput.write(lines())
        case .json: try StandardOutput.write(json().text + "\n")
        }
    }
}
