/// The UTC grid of a rule's intervals, in microseconds since 1970-01-01T00:00:00Z.
enum IntervalGrid {
    /// A quarter of an hour: every interval length is a multiple of it.
    static let quarterHour: Int64 = 900_000_000

    /// The last edge at or before a time.
    static func floor(_ time: Int64, _ interval: Int64) -> Int64 {
        let remainder = time % interval
        let (edge, overflow) = time.subtractingReportingOverflow(remainder >= 0 ? remainder : remainder + interval)
        // Before the first edge that Int64 can say; `Int64.min` stands for "no beginning" here.
        return overflow ? .min : edge
    }

    /// The first edge at or after a time.
    static func ceil(_ time: Int64, _ interval: Int64) -> Int64 {
        let edge = floor(time, interval)
        return edge == time ? edge : edge + interval
    }
}
