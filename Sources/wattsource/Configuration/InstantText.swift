import MeterReadings

/// Instants as configuration and tables write them: RFC 3339 in UTC to the second, `2026-01-31T06:00:00Z`.
enum InstantText {
    /// Reads an instant; `nil` if it is none.
    ///
    /// - Returns: Microseconds since 1970-01-01T00:00:00Z.
    static func parse(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count == 20, bytes[19] == UInt8(ascii: "Z") else { return nil }
        return UTCTime.parse(bytes.span)
    }

    /// Writes an instant, cut off to the second.
    static func render(_ instant: Int64) -> String {
        let part = instant % UTCTime.second
        return UTCTime.format(instant - (part < 0 ? part + UTCTime.second : part))
    }
}
