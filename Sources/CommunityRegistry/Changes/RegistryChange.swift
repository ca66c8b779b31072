/// One thing that applying a registry changes, for people.
public struct RegistryChange: Sendable, Equatable, CustomStringConvertible {
    /// What happens to it.
    public enum Verb: String, Sendable {
        /// It is new.
        case add
        /// Something about it becomes different.
        case change
        /// It gets an end.
        case end
        /// It is taken back: it never was.
        case remove
    }

    /// What happens.
    public var verb: Verb
    /// To what: `device sierra-crest-home-01`.
    public var subject: String
    /// The values, old and new; may be empty.
    public var details: [String]

    /// Makes a change.
    public init(_ verb: Verb, _ subject: String, _ details: [String] = []) {
        self.verb = verb
        self.subject = subject
        self.details = details
    }

    /// `change device sierra-crest-home-01: connection_watts 17250 -> 11000`.
    public var description: String {
        "\(verb.rawValue) \(subject)" + (details.isEmpty ? "" : ": " + details.joined(separator: "; "))
    }
}
