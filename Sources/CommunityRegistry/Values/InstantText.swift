internal import MeterReadings

/// Instants as the registry file writes them: `2016-08-01T00:00:00Z`, or with an offset (RFC 3339).
///
/// People write these, so two forms more than ``UTCTime`` reads: a space in place of `T`, and no seconds.
public enum InstantText {
    /// Reads an instant as microseconds since 1970-01-01T00:00:00Z.
    ///
    /// - Returns: `nil`: it is not one, or has no offset, or lies before 1970.
    public static func parse(_ text: String) -> Int64? {
        var bytes = Array(text.utf8)
        if bytes.count > 10, bytes[10] == UInt8(ascii: " ") { bytes[10] = UInt8(ascii: "T") }
        if bytes.count > 16, bytes[16] != UInt8(ascii: ":") { bytes.insert(contentsOf: ":00".utf8, at: 16) }
        guard let instant = UTCTime.parse(bytes.span), instant >= 0 else { return nil }
        return instant
    }

    /// Writes an instant in UTC, with a fraction only where it has one.
    public static func format(_ instant: Int64) -> String { UTCTime.format(instant) }
}
