/// The HTTP server cannot do its work.
public struct WorkerHTTPFailure: Error, Sendable, CustomStringConvertible {
    /// What happened and how to mend it.
    public var description: String

    /// Makes a failure.
    public init(_ description: String) { self.description = description }
}
