/// A question that cannot be answered: what was asked for is not there, or makes no sense.
public struct QueryFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong and what to do about it.
    public var description: String

    /// Makes a failure.
    public init(_ description: String) { self.description = description }
}
