/// A half-open span of time, [from, until), in microseconds since 1970-01-01T00:00:00Z.
public struct TimeSpan: Sendable, Hashable {
    /// Its beginning; `Int64.min`: it has none.
    public var from: Int64
    /// Its end, exclusive; `Int64.max`: it has none.
    public var until: Int64

    /// Makes a span; `nil` is no beginning, or no end.
    public init(from: Int64?, until: Int64?) {
        self.from = from ?? .min
        self.until = until ?? .max
    }

    /// Whether no instant lies in it.
    public var isEmpty: Bool { from >= until }

    /// Whether an instant lies in it.
    public func contains(_ instant: Int64) -> Bool { from <= instant && instant < until }

    /// The instants that lie in both; `nil`: there are none.
    public func intersection(_ other: TimeSpan) -> TimeSpan? {
        let both = TimeSpan(from: max(from, other.from), until: min(until, other.until))
        return both.isEmpty ? nil : both
    }

    /// Whether some instant lies in both.
    public func overlaps(_ other: TimeSpan) -> Bool { max(from, other.from) < min(until, other.until) }
}
