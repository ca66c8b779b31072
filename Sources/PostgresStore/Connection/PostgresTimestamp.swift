/// Instants between Wattsource (microseconds since 1970-01-01T00:00:00Z, as Int64) and PostgreSQL (since 2000), exactly.
///
/// `Int64.min` and `Int64.max` are -infinity and infinity on both sides.
public enum PostgresTimestamp {
    /// 2000-01-01T00:00:00Z, PostgreSQL's zero, in microseconds since 1970-01-01T00:00:00Z.
    public static let postgresEpoch: Int64 = 946_684_800_000_000

    /// The binary form of a `timestamptz`.
    ///
    /// An instant before PostgreSQL's range, by less than the epochs' distance, becomes -infinity.
    @inlinable
    public static func encode(_ microseconds: Int64) -> Int64 {
        if microseconds == .max { return .max }
        let (value, overflow) = microseconds.subtractingReportingOverflow(postgresEpoch)
        return overflow ? .min : value
    }

    /// The instant of a binary `timestamptz`.
    @inlinable
    public static func decode(_ binary: Int64) -> Int64 {
        if binary == .min { return .min }
        let (value, overflow) = binary.addingReportingOverflow(postgresEpoch)
        return overflow ? .max : value
    }

    /// An SQL expression that gives a `timestamptz` expression as `bigint` in Wattsource's form; NULL stays NULL.
    ///
    /// Read it with ``PostgresResult/int64(_:_:)``. For many rows prefer `copyOut`, whose timestamps are binary.
    ///
    ///     "select \(PostgresTimestamp.sql("measured_at")) from energy.reading"
    public static func sql(_ expression: String) -> String {
        """
        case \(expression) when 'infinity' then 9223372036854775807 \
        when '-infinity' then '-9223372036854775808'::bigint \
        else (extract(epoch from \(expression)) * 1000000)::bigint end
        """
    }

    /// An SQL literal of type `timestamptz`, exact, for where no parameter can be bound: several statements at once, and COPY.
    ///
    /// Instants outside of the years 1 to 9999 become the infinity on their side.
    public static func literal(_ microseconds: Int64) -> String {
        if microseconds < -62_135_596_800_000_000 { return "timestamptz '-infinity'" }
        if microseconds > 253_402_300_799_999_999 { return "timestamptz 'infinity'" }
        let day: Int64 = 86_400_000_000
        let days = floorDivided(microseconds, day)
        let time = microseconds - days * day
        let (year, month, dayOfMonth) = civil(days)
        let seconds = time / 1_000_000
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }.joined(separator: ":")
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))"
        return "timestamptz '\(date) \(clock).\(padded(time % 1_000_000, 6))+00'"
    }

    /// The proleptic Gregorian date of a day since 1970-01-01, by counting from March of year 0 in eras of 400 years.
    ///
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = floorDivided(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private static func floorDivided(_ value: Int64, _ divisor: Int64) -> Int64 {
        value / divisor - (value % divisor < 0 ? 1 : 0)
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
