/// A value as it was given, before it is understood.
struct GivenValue: Sendable, Equatable {
    /// `section.key`, of the catalogue, or `kafka.` and a librdkafka property; for a secret file without `_file`.
    var key: String
    /// Its text, or texts of a list.
    var texts: [String]
    /// Where it was given.
    var origin: ValueOrigin
    /// Whether the text is the path of a file that holds the value.
    var isFile = false
    /// The folder from which a relative path of such a file counts; empty: the working directory.
    var folder = ""
}
