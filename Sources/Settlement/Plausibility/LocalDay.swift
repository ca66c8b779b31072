/// A day by the clocks of a community's zone.
public struct LocalDay: Sendable, Equatable {
    /// When it begins: microseconds since 1970-01-01T00:00:00Z.
    public var start: Int64
    /// When the next one does.
    public var end: Int64

    /// Makes a day.
    public init(start: Int64, end: Int64) {
        self.start = start
        self.end = end
    }
}
