/// The two shapes of a hub header's value: plain UTF-8, or one AMQP 1.0 primitive with its constructor byte in front.
///
/// Event Hubs hands application properties and annotations on to Kafka consumers as the AMQP bytes that the hub wrote; producers of
/// Kafka write plain text; no header says which. So:
/// - 0x80 to 0xBF never begins valid UTF-8. A value that begins with the constructor of a string or symbol (A1, A3: one byte of
///   length; B1, B3: four) and has exactly the length that follows is AMQP.
/// - Constructors below 0x80 look like ASCII (`@`, `U`, `q`), so they count only where a number is expected; decimal text begins
///   with a digit or a minus, which are no constructors.
///
/// Worked example: `meter-0001` is `a1 0a 6d 65 74 65 72 2d 30 30 30 31`; 2025-09-10T12:10:02Z is `83 00 00 01 99 33 88 69 90`.
///
/// Sources: OASIS AMQP 1.0 part 1, section 1.6 (primitive type definitions); Microsoft, "Exchange events between consumers and
/// producers that use different protocols" (Event Hubs).
enum HeaderValue {
    /// Where the text of a string value stands; `nil` if it is neither AMQP nor UTF-8 text.
    static func text(_ value: Span<UInt8>) -> Range<Int>? {
        let range = amqpText(value) ?? 0..<value.count
        return value.extracting(range).isUTF8 ? range : nil
    }

    /// The instant of a time value, in microseconds since 1970-01-01T00:00:00Z; `nil` if it cannot be decoded.
    ///
    /// AMQP timestamps and integers, and decimal text, are milliseconds; other text is RFC 3339.
    static func instant(_ value: Span<UInt8>) -> Int64? {
        if let range = amqpText(value) { return instant(text: value.extracting(range)) }
        if let milliseconds = amqpInteger(value) { return microseconds(milliseconds) }
        return instant(text: value)
    }

    /// Whether it is AMQP's null, where a number is expected.
    static func isNull(_ value: Span<UInt8>) -> Bool { value.count == 1 && value[0] == 0x40 }

    /// Where the text of an AMQP string or symbol stands; `nil` if it is none, or its length does not fit exactly.
    private static func amqpText(_ value: Span<UInt8>) -> Range<Int>? {
        guard value.count >= 2 else { return nil }
        let begin: Int
        switch value[0] {
        case 0xA1, 0xA3: begin = 2
        case 0xB1, 0xB3: begin = 5
        default: return nil
        }
        guard value.count >= begin, bigEndian(value, 1..<begin) == UInt64(value.count - begin) else { return nil }
        return begin..<value.count
    }

    /// An AMQP timestamp or integer of any width; `nil` if it is none, is not exactly as long, or does not fit.
    private static func amqpInteger(_ value: Span<UInt8>) -> Int64? {
        guard value.count > 0 else { return nil }
        let bits = value.count <= 9 ? bigEndian(value, 1..<value.count) : 0
        switch (value[0], value.count) {
        case (0x43, 1), (0x44, 1): return 0  // uint0, ulong0
        // ubyte, smalluint, smallulong, ushort, uint, ulong
        case (0x50, 2), (0x52, 2), (0x53, 2), (0x60, 3), (0x70, 5), (0x80, 9):
            return Int64(exactly: bits)
        case (0x51, 2), (0x54, 2), (0x55, 2): return Int64(Int8(truncatingIfNeeded: bits))  // byte, smallint, smalllong
        case (0x61, 3): return Int64(Int16(truncatingIfNeeded: bits))  // short
        case (0x71, 5): return Int64(Int32(truncatingIfNeeded: bits))  // int
        case (0x81, 9), (0x83, 9): return Int64(bitPattern: bits)  // long, timestamp
        default: return nil
        }
    }

    private static func bigEndian(_ value: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var bits: UInt64 = 0
        for index in range { bits = (bits << 8) | UInt64(value[index]) }
        return bits
    }

    /// Decimal milliseconds, or RFC 3339.
    private static func instant(text: Span<UInt8>) -> Int64? {
        var index = 0
        if let number = DecimalText(text, at: &index, leadingZeros: false), index == text.count,
            number.isInteger
        {
            return number.scaled(text, power: 0).int64.flatMap(microseconds)
        }
        return UTCTime.parse(text)
    }

    private static func microseconds(_ milliseconds: Int64) -> Int64? {
        let (product, overflows) = milliseconds.multipliedReportingOverflow(by: 1000)
        return overflows ? nil : product
    }
}
