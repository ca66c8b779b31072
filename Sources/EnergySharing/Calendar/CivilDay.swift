/// A day of the Gregorian calendar, as a count of days: what dates are compared by.
public struct CivilDay: Comparable, Hashable, Sendable {
    /// Days since 1970-01-01, which is 0.
    public var daysSince1970: Int

    /// Makes a day from its count.
    public init(daysSince1970: Int) { self.daysSince1970 = daysSince1970 }

    /// Makes a day from its date; `nil` where there is no such day, or outside of the years 0 to 9999.
    ///
    /// Years are counted from 1 March, so that a leap day is a year's last (Howard Hinnant, "chrono-Compatible Low-Level
    /// Date Algorithms", days_from_civil).
    public init?(year: Int, month: Int, day: Int) {
        guard (0...9_999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= lengths[month - 1] else { return nil }
        let shifted = year - (month <= 2 ? 1 : 0)
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        daysSince1970 = era * 146_097 + dayOfEra - 719_468
    }

    /// The day of the week.
    public var weekday: Weekday {
        // 1970-01-01 was a Thursday.
        let place = (daysSince1970 % 7 + 7 + 3) % 7
        return Weekday.allCases[place]
    }

    /// Whether one day is before another.
    public static func < (left: CivilDay, right: CivilDay) -> Bool { left.daysSince1970 < right.daysSince1970 }
}
