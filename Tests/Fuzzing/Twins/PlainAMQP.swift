/// The AMQP 1.0 primitives that hub headers come in, by the table of the specification (part 1, section 1.6).
///
/// The twin of `HeaderValue`.
enum PlainAMQP {
    /// The content of a string or symbol; `nil` if it is none.
    static func string(_ value: [UInt8]) -> [UInt8]? {
        guard let constructor = value.first else { return nil }
        let width: Int
        switch constructor {
        case 0xA1, 0xA3: width = 1
        case 0xB1, 0xB3: width = 4
        default: return nil
        }
        guard value.count > width else { return nil }
        let length = value[1...width].reduce(0) { $0 << 8 | Int($1) }
        return value.count == 1 + width + length ? Array(value[(1 + width)...]) : nil
    }

    /// A number or timestamp; `nil` if it is none or does not fit.
    static func integer(_ value: [UInt8]) -> Int64? {
        guard let first = value.first, let (width, isSigned) = shape(first), value.count == 1 + width else {
            return nil
        }
        var number: Int128 = value.dropFirst().reduce(0) { $0 << 8 | Int128($1) }
        if isSigned, width > 0, value[1] >= 0x80 { number -= 1 << Int128(8 * width) }
        return Int64(exactly: number)
    }

    /// How many bytes follow a constructor of an integer or a timestamp, and whether they are signed.
    private static func shape(_ constructor: UInt8) -> (width: Int, isSigned: Bool)? {
        switch constructor {
        case 0x43, 0x44: (0, false)  // uint0, ulong0
        case 0x50, 0x52, 0x53: (1, false)  // ubyte, smalluint, smallulong
        case 0x60: (2, false)  // ushort
        case 0x70: (4, false)  // uint
        case 0x80: (8, false)  // ulong
        case 0x51, 0x54, 0x55: (1, true)  // byte, smallint, smalllong
        case 0x61: (2, true)  // short
        case 0x71: (4, true)  // int
        case 0x81, 0x83: (8, true)  // long, timestamp
        default: nil
        }
    }
}
