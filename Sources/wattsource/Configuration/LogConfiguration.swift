import Logging

/// What is logged to standard error, and how.
struct LogConfiguration: Sendable, Equatable {
    /// How a line looks.
    enum Format: String, Sendable, CaseIterable {
        /// Text on a terminal, JSON otherwise.
        case auto
        /// Readable text.
        case text
        /// One JSON object per line.
        case json
    }

    /// The least severe level that is logged.
    var level = Logger.Level.info
    /// How a line looks.
    var format = Format.auto
}
