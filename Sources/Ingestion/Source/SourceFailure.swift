/// A call to the source that did not work.
public struct SourceFailure: Error, Sendable, CustomStringConvertible {
    /// Whether the same call may work later.
    public var isRetriable: Bool
    /// What happened and what to do about it; safe for logs.
    public var description: String

    /// Makes a failure.
    public init(isRetriable: Bool, _ description: String) {
        self.isRetriable = isRetriable
        self.description = description
    }
}
