/// Why shares by the hour cannot be what is asked for: what, where, and how to mend it.
public struct ShareRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// One sentence, or one line for each device that does not fit.
    public var description: String

    init(_ description: String) { self.description = description }
}
