/// Values as AMQP 1.0 encodes them, with the type in front.
///
/// Source: OASIS AMQP 1.0, part 1, section 1.6. Event Hubs shows application properties and annotations so to Kafka's consumers.
enum AMQPValue {
    /// A text: `str8-utf8`, or `str32-utf8` if it is longer than 255 bytes.
    static func text(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        if bytes.count <= 0xFF { return [0xA1, UInt8(bytes.count)] + bytes }
        return [0xB1] + bigEndian(UInt64(bytes.count), bytes: 4) + bytes
    }

    /// An instant: `timestamp`, milliseconds since 1970.
    ///
    /// - Parameter instant: microseconds since 1970-01-01T00:00:00Z.
    static func timestamp(_ instant: Int64) -> [UInt8] {
        [0x83] + bigEndian(UInt64(bitPattern: instant / 1000), bytes: 8)
    }

    private static func bigEndian(_ number: UInt64, bytes: Int) -> [UInt8] {
        (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: number >> (UInt64($0) * 8)) }
    }
}
