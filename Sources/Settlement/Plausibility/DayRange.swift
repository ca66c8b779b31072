/// Which settled days are looked at in one go: pure planning, by the number of the day.
public struct DayRange: Sendable, Equatable {
    /// The days that are looked at.
    public private(set) var days: ClosedRange<Int32>
    /// A day that is due anew, because what is looked at now does not reach as far as what changed; `nil`: it does.
    public private(set) var rest: Int32?

    /// The most days that one transaction looks at.
    private static let longest: Int32 = 92

    /// Plans; `nil`: none of them can be looked at.
    ///
    /// - Parameters:
    ///   - due: The days of which something changed, ascending.
    ///   - influence: For how many days after it a change counts.
    ///   - settled: The days that are settled as a whole.
    public init?(due: [Int32], influence: Int, settled: ClosedRange<Int32>) {
        let influence = Int32(clamping: influence)
        let due = due.filter { $0 <= settled.upperBound && $0 + influence >= settled.lowerBound }
        guard let first = due.first.map({ max($0, settled.lowerBound) }) else { return nil }
        var reach = first
        for day in due where day <= reach + 1 { reach = max(reach, day + influence) }
        let last = min(reach, settled.upperBound, first + Self.longest - 1)
        days = first...last
        // What lies beyond the last settled day is due by itself once it is settled.
        rest = reach > last && last < settled.upperBound ? last + 1 : nil
    }
}
