/// The settled energy of a meter on one local day.
public struct MeterDay: Sendable, Equatable {
    /// When the day begins: microseconds since 1970-01-01T00:00:00Z.
    public var start: Int64
    /// When the next one does.
    public var end: Int64
    /// The energy of its intervals, in order of time; those without a value are left out.
    public var intervals: [Interval]

    /// The energy of one interval.
    public struct Interval: Sendable, Equatable {
        /// Its beginning: microseconds since 1970-01-01T00:00:00Z.
        public var start: Int64
        /// Its length in microseconds.
        public var length: Int64
        /// What was measured in it.
        public var energy: IntervalEnergy

        /// Makes an interval.
        public init(start: Int64, length: Int64, energy: IntervalEnergy) {
            self.start = start
            self.length = length
            self.energy = energy
        }

        /// Its end.
        var end: Int64 { start + length }
    }

    /// Makes a day.
    public init(start: Int64, end: Int64, intervals: [Interval] = []) {
        self.start = start
        self.end = end
        self.intervals = intervals
    }

    /// What was drawn and fed out in all of the day; `nil` unless every interval has a value.
    public var total: IntervalEnergy? {
        var sum = IntervalEnergy(importWh: 0, exportWh: 0)
        var covered: Int64 = 0
        for interval in intervals {
            covered += interval.length
            sum.importWh += interval.energy.importWh
            sum.exportWh += interval.energy.exportWh
            sum.quality = max(sum.quality, interval.energy.quality)
        }
        return covered == end - start ? sum : nil
    }

    /// The place of an interval among those of its length on a day of 24 hours, by the time of day.
    ///
    /// Counted from midnight for the first three hours and from the next midnight for the rest, so that a change of the
    /// clocks, which comes at night, shifts hardly any. `nil` on days that are not like others at all.
    static func slot(of interval: Interval, start: Int64, end: Int64) -> Int? {
        let hour: Int64 = 3_600 * 1_000_000
        let passed = interval.start - start
        let time = passed < 3 * hour ? passed : 24 * hour - (end - interval.start)
        return (0..<24 * hour).contains(time) ? Int(time / interval.length) : nil
    }
}
