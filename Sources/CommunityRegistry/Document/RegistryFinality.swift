/// When the intervals of a community become final.
public enum RegistryFinality: Sendable, Equatable {
    /// That long after each interval's end, in microseconds.
    case after(Int64)
    /// By the calendar: the intervals of a local month on a day of the next one, 1 to 28, at a local time of the
    /// community's zone, in seconds after midnight, below 86,400.
    case monthly(day: Int, second: Int)

    /// Where the file says nothing: 35 days.
    public static let usual = RegistryFinality.after(35 * 86_400_000_000)

    /// The shortest time from an interval's end to its finality, in microseconds: that of a month's last interval, if no clock
    /// is changed in between.
    public var shortest: Int64 {
        switch self {
        case .after(let time): time
        case .monthly(let day, let second): Int64(day - 1) * 86_400_000_000 + Int64(second) * 1_000_000
        }
    }

    /// The longest time from an interval's end to its finality, in microseconds: that of the first interval of a month with 31 days,
    /// rounded up to whole days.
    public var longest: Int64 {
        switch self {
        case .after(let time): time
        case .monthly(let day, _): Int64(31 + day) * 86_400_000_000
        }
    }
}
