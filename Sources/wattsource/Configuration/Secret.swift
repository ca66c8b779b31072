/// A text that must not be shown: it prints as `(secret)` wherever it is printed by accident.
struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself, for the one place that needs it.
    let text: String

    /// Wraps a text.
    init(_ text: String) { self.text = text }

    /// What stands in for a secret in every output.
    static let redacted = "(secret)"

    var description: String { Secret.redacted }
    var debugDescription: String { Secret.redacted }
    var customMirror: Mirror { Mirror(self, children: []) }
}
