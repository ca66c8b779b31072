/// A header's bytes for people: text as it is, AMQP 1.0 values decoded, anything else in hexadecimal.
///
/// Event Hubs hands properties on to Kafka consumers as AMQP bytes with their constructor in front. Constructors from 0x80 on never begin
/// valid UTF-8, so these are told from text without doubt; those below look like ASCII and are left as text.
/// Source: OASIS AMQP 1.0 part 1, section 1.6.
enum HeaderText {
    /// The value in one line, safe for a terminal.
    static func text(_ value: [UInt8]) -> String {
        if let amqp = amqp(value) { return amqp }
        if let text = String(validating: value, as: UTF8.self) { return TerminalText.safe(text) }
        return "0x" + value.map(PayloadText.hexadecimal).joined()
    }

    private static func amqp(_ value: [UInt8]) -> String? {
        guard let constructor = value.first else { return nil }
        switch (constructor, value.count) {
        case (0xA1, 2...) where Int(value[1]) == value.count - 2, (0xA3, 2...) where Int(value[1]) == value.count - 2:
            return string(value[2...])
        case (0xB1, 5...) where bigEndian(value[1..<5]) == value.count - 5,
            (0xB3, 5...) where bigEndian(value[1..<5]) == value.count - 5:
            return string(value[5...])
        case (0x80, 9): return String(UInt64(bitPattern: bigEndian(value[1...])))
        case (0x81, 9): return String(bigEndian(value[1...]))
        case (0x83, 9):
            let (microseconds, overflows) = bigEndian(value[1...]).multipliedReportingOverflow(by: 1000)
            return overflows ? nil : TimeText.utc(microseconds)
        default: return nil
        }
    }

    private static func string(_ bytes: ArraySlice<UInt8>) -> String? {
        String(validating: bytes, as: UTF8.self).map(TerminalText.safe)
    }

    private static func bigEndian(_ bytes: ArraySlice<UInt8>) -> Int64 {
        bytes.reduce(0) { ($0 << 8) | Int64($1) }
    }
}
