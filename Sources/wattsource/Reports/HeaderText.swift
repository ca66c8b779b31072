/// A header's bytes for people: text as it is, AMQP 1.0 values decoded, anything else in hexadecimal.
///
/// Event Hubs hands properties on to Kafka consumers as AMQP bytes with their constructor in front. Constructors from 0x80 on never begin
/// valid UTF-8, so these are told from text without doubt; those below look like ASCII and count only where the value is no text.
/// Source: OASIS AMQP 1.0 part 1, section 1.6.
enum HeaderText {
    /// The value in one line, safe for a terminal.
    static func text(_ value: [UInt8]) -> String {
        if let amqp = amqp(value) { return amqp }
        if let text = String(validating: value, as: UTF8.self) { return TerminalText.safe(text) }
        return hexadecimal(value[...])
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
        case (0x82, 9): return String(Double(bitPattern: UInt64(bitPattern: bigEndian(value[1...]))))
        case (0x98, 17): return uuid(value[1...])
        case (0xA0, 2...) where Int(value[1]) == value.count - 2: return hexadecimal(value[2...])
        case (0xB0, 5...) where bigEndian(value[1..<5]) == value.count - 5: return hexadecimal(value[5...])
        default: return isText(value) ? nil : narrow(constructor, value[1...])
        }
    }

    /// Booleans and integers of at most four bytes, whose constructors look like ASCII.
    private static func narrow(_ constructor: UInt8, _ bytes: ArraySlice<UInt8>) -> String? {
        let bits = bytes.count <= 4 ? bigEndian(bytes) : 0
        switch (constructor, bytes.count) {
        case (0x56, 1): return bits == 1 ? "true" : "false"
        case (0x50, 1), (0x52, 1), (0x53, 1), (0x60, 2), (0x70, 4): return String(bits)
        case (0x51, 1), (0x54, 1), (0x55, 1): return String(Int8(truncatingIfNeeded: bits))
        case (0x61, 2): return String(Int16(truncatingIfNeeded: bits))
        case (0x71, 4): return String(Int32(truncatingIfNeeded: bits))
        default: return nil
        }
    }

    /// Bytes below the tabulator are in no text that anybody writes.
    private static func isText(_ value: [UInt8]) -> Bool {
        value.allSatisfy { $0 >= 0x09 } && String(validating: value, as: UTF8.self) != nil
    }

    private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
        "0x" + bytes.map(PayloadText.hexadecimal).joined()
    }

    private static func uuid(_ bytes: ArraySlice<UInt8>) -> String {
        let digits = bytes.map(PayloadText.hexadecimal)
        return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }.joined(separator: "-")
    }

    private static func string(_ bytes: ArraySlice<UInt8>) -> String? {
        String(validating: bytes, as: UTF8.self).map(TerminalText.safe)
    }

    private static func bigEndian(_ bytes: ArraySlice<UInt8>) -> Int64 {
        bytes.reduce(0) { ($0 << 8) | Int64($1) }
    }
}
