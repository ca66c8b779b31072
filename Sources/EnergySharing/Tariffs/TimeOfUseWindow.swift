/// When a rate holds: on some weekdays, from a minute of the day to another, between two dates.
public struct TimeOfUseWindow<Of: TariffQuantity>: Equatable, Sendable {
    /// The rate.
    public let rate: TariffRate<Of>
    /// The weekdays on which the window begins.
    public let weekdays: Set<Weekday>
    /// The minute of the local day from which on it holds, 0 to 1,439; a quarter-hour.
    public let fromMinute: Int
    /// The minute at which it ends, 1 to 1,440; at or before ``fromMinute`` it ends on the next day (22:00 to 06:00).
    public let untilMinute: Int
    /// The first day on which it begins; `nil`: no first.
    public let firstDay: CivilDay?
    /// The last day on which it begins; `nil`: no last.
    public let lastDay: CivilDay?

    /// Makes a window; `nil` if a minute is out of its range or not on a quarter-hour, or there is no weekday.
    public init?(
        _ rate: TariffRate<Of>,
        on weekdays: Set<Weekday> = Set(Weekday.allCases),
        fromMinute: Int = 0,
        untilMinute: Int = 1_440,
        firstDay: CivilDay? = nil,
        lastDay: CivilDay? = nil
    ) {
        guard (0..<1_440).contains(fromMinute), (1...1_440).contains(untilMinute), !weekdays.isEmpty,
            fromMinute % 15 == 0, untilMinute % 15 == 0
        else { return nil }
        self.rate = rate
        self.weekdays = weekdays
        self.fromMinute = fromMinute
        self.untilMinute = untilMinute
        self.firstDay = firstDay
        self.lastDay = lastDay
    }

    /// Whether it holds at a local time.
    ///
    /// A window over midnight belongs to the day on which it begins.
    func holds(at time: LocalTime) -> Bool {
        if fromMinute < untilMinute {
            return (fromMinute..<untilMinute).contains(time.minuteOfDay) && begins(on: time.day)
        }
        if time.minuteOfDay >= fromMinute { return begins(on: time.day) }
        return time.minuteOfDay < untilMinute && begins(on: CivilDay(daysSince1970: time.day.daysSince1970 - 1))
    }

    private func begins(on day: CivilDay) -> Bool {
        if let firstDay, day < firstDay { return false }
        if let lastDay, day > lastDay { return false }
        return weekdays.contains(day.weekday)
    }
}
