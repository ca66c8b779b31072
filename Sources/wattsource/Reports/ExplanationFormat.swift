import ArgumentParser

/// How an explanation is written.
enum ExplanationFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people.
    case text
    /// For programs: one JSON object.
    case json
}
