/// Fixed shares of a community's meters by the hour, over a span: a stored profile, or what is left of one that was cut.
///
/// In its span they count instead of the participations' own; a meter that it does not name has none.
public struct HourlyShares: Sendable, Equatable {
    /// An hour, in microseconds.
    static let hour: Int64 = 3_600_000_000

    /// The whole hours that it holds for.
    public var span: TimeSpan
    /// The shares in parts per million by hub device id, one for each hour of the span.
    public var shares: [String: [Int32]]
    /// The name of the file that they came from.
    public var source: String

    /// Makes one.
    public init(span: TimeSpan, shares: [String: [Int32]], source: String) {
        self.span = span
        self.shares = shares
        self.source = source
    }
}
