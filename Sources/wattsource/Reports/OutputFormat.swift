import ArgumentParser

/// How a list is written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people.
    case table
    /// For programs: one JSON value.
    case json
}
