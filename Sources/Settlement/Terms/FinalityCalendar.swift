/// The local months of a community's zone, each with the instant at which its intervals become final.
///
/// An interval belongs to the local month in which it begins: one of 60 minutes in a zone with half-hour offsets may begin at 23:30 of the last
/// day. It never becomes final before its end.
public struct FinalityCalendar: Sendable, Equatable {
    /// The months, in order of time, without holes.
    private let months: [Month]

    /// One local month.
    public struct Month: Sendable, Equatable {
        /// Its first instant: microseconds since 1970-01-01T00:00:00Z.
        public var start: Int64
        /// When its intervals become final.
        public var finalAt: Int64

        /// Makes a month.
        public init(start: Int64, finalAt: Int64) {
            self.start = start
            self.finalAt = finalAt
        }
    }

    /// Makes a calendar.
    ///
    /// - Parameter months: At least all months in which intervals begin that it is asked for, in any order.
    public init(_ months: [Month]) { self.months = months.sorted { $0.start < $1.start } }

    /// When the interval [start, end) becomes final; `Int64.max`, never, for one that begins before the first month.
    public func finalAt(start: Int64, end: Int64) -> Int64 {
        guard let month = months.last(where: { $0.start <= start }) else { return .max }
        return max(month.finalAt, end)
    }
}
