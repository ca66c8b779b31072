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
}
