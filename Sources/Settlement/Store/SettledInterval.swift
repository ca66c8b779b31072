/// One settled interval of a community.
public struct SettledInterval: Sendable, Equatable {
    /// Its beginning: microseconds since 1970-01-01T00:00:00Z.
    public var start: Int64
    /// Its length in microseconds.
    public var length: Int64
    /// How many meters should have a value: those with a participation and a reading at or before the beginning.
    public var expected: Int32
    /// How many of them have one.
    public var received: Int32
    /// The others, ascending by number.
    public var missing: [Int32]
    /// When it becomes final: microseconds since 1970-01-01T00:00:00Z; `Int64.max`: never.
    public var finalAt: Int64

    /// Makes an interval.
    public init(
        start: Int64,
        length: Int64,
        expected: Int32,
        received: Int32,
        missing: [Int32] = [],
        finalAt: Int64
    ) {
        self.start = start
        self.length = length
        self.expected = expected
        self.received = received
        self.missing = missing
        self.finalAt = finalAt
    }
}
