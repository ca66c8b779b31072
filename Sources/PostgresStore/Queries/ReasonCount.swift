/// How many dead letters have one reason.
public struct ReasonCount: Sendable, Equatable {
    /// The reason code.
    public var reason: String
    /// How many.
    public var count: Int64

    /// Makes a count.
    public init(reason: String, count: Int64) {
        self.reason = reason
        self.count = count
    }
}
