/// Stored rows contradict each other, or this program contradicts them: a fault, never the user's.
public struct StoredContradiction: Error, Sendable, Equatable, CustomStringConvertible {
    /// What contradicts what, where, and what to do about it; no meter data.
    public var description: String

    /// Makes one.
    public init(_ description: String) { self.description = description }
}
