/// What a clock on the wall and the calendar beside it show.
public struct LocalTime: Equatable, Sendable {
    /// The local date.
    public var day: CivilDay
    /// Minutes since local midnight by the clock, 0 to 1,439.
    public var minuteOfDay: Int

    /// Makes a local time.
    public init(day: CivilDay, minuteOfDay: Int) {
        self.day = day
        self.minuteOfDay = minuteOfDay
    }
}
