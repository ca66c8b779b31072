/// A day of the week, Monday first (ISO 8601).
public enum Weekday: Int, CaseIterable, Hashable, Sendable {
    /// The days.
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday
}
