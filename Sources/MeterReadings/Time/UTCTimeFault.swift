/// Why a text is not an instant.
public enum UTCTimeFault: Error, Equatable, Sendable {
    /// It does not have the form of an RFC 3339 `date-time`.
    case malformed
    /// It is date and time, but does not say of which zone.
    case noZone
    /// The calendar has no such day.
    case noSuchDay
    /// The clock has no such time: hour over 23, minute over 59, second over 59 (leap seconds, too).
    case noSuchTime
    /// The offset is beyond ±23:59.
    case noSuchOffset

    /// The fault as a sentence.
    public var sentence: StaticString {
        switch self {
        case .malformed: "a time such as 2026-03-29T01:15:00Z or 2026-03-29T03:15:00+02:00 (RFC 3339) is expected"
        case .noZone: "the time does not say its zone; end it with Z or an offset such as +02:00"
        case .noSuchDay: "the calendar has no such day"
        case .noSuchTime: "the clock has no such time; it runs from 00:00:00 to 23:59:59"
        case .noSuchOffset: "an offset lies between -23:59 and +23:59"
        }
    }
}
