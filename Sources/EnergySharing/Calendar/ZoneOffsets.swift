/// The offsets from UTC of one IANA zone, as a table: what it takes to know local time in a pure function.
///
/// Whoever knows the zone by its name makes the table; a time outside of it counts with the nearest offset.
public struct ZoneOffsets: Equatable, Sendable {
    /// A change of the offset.
    public struct Offset: Equatable, Sendable {
        /// From when on it holds: microseconds since 1970-01-01T00:00:00Z.
        public var from: Int64
        /// How far local time is ahead of UTC, in seconds.
        public var seconds: Int32

        /// Makes an offset.
        public init(from: Int64, seconds: Int32) {
            self.from = from
            self.seconds = seconds
        }
    }

    /// UTC itself.
    public static let utc = ZoneOffsets(offsets: [])

    /// In order of time, never empty; the first also holds before its `from`.
    public let offsets: [Offset]

    /// Makes a zone from offsets in any order; without any it is UTC.
    public init(offsets: [Offset]) {
        let ordered = offsets.sorted { $0.from < $1.from }
        self.offsets = ordered.isEmpty ? [Offset(from: .min, seconds: 0)] : ordered
    }

    /// How far local time is ahead of UTC at `time` (microseconds since 1970, UTC), in microseconds.
    public func offset(at time: Int64) -> Int64 {
        var low = 0
        var high = offsets.count
        // offsets[..<low] begin at or before the time, offsets[high...] after it.
        while low < high {
            let middle = low + (high - low) / 2
            if offsets[middle].from <= time { low = middle + 1 } else { high = middle }
        }
        return Int64(offsets[max(low - 1, 0)].seconds) * 1_000_000
    }

    /// Local time at `time` (microseconds since 1970, UTC).
    public func local(at time: Int64) -> LocalTime {
        let minutes = Self.floorDivide(time + offset(at: time), by: 60_000_000)
        let day = Self.floorDivide(minutes, by: 1_440)
        return LocalTime(day: CivilDay(daysSince1970: Int(day)), minuteOfDay: Int(minutes - day * 1_440))
    }

    /// When a local day begins: the first instant that has its date, in microseconds since 1970, UTC.
    ///
    /// Where clocks go back over midnight that is the first of two midnights; where they go forward over it, the instant
    /// of the change.
    public func start(of day: CivilDay) -> Int64 {
        let midnight = Int64(day.daysSince1970) * 86_400_000_000
        // The offsets that hold a day before and a day after are all that can hold at midnight.
        let before = offset(at: midnight - 86_400_000_000)
        let after = offset(at: midnight + 86_400_000_000)
        let candidates = [midnight - before, midnight - after]
        if let exact = candidates.filter({ local(at: $0) == LocalTime(day: day, minuteOfDay: 0) }).min() {
            return exact
        }
        // There is no midnight: the day begins where the clocks change.
        return offsets.map(\.from).filter { $0 > midnight - 2 * 86_400_000_000 && local(at: $0).day >= day }.min()
            ?? midnight - after
    }

    private static func floorDivide(_ value: Int64, by divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }
}
