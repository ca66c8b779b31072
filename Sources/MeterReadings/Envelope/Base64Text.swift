/// Base64 with the standard alphabet and padding (RFC 4648, section 4), strictly: no white space, no missing padding, and no bits
/// that mean nothing.
enum Base64Text {
    /// Decodes a text into `bytes`, which is emptied first; says `false` if it is not base64.
    static func decode(_ text: Span<UInt8>, into bytes: inout [UInt8]) -> Bool {
        bytes.removeAll(keepingCapacity: true)
        guard text.count % 4 == 0 else { return false }
        guard text.count > 0 else { return true }
        bytes.reserveCapacity(text.count / 4 * 3)
        var padding = 0
        while padding < 2, text[text.count - 1 - padding] == UInt8(ascii: "=") { padding += 1 }
        let end = text.count - padding
        var index = 0
        while index + 4 <= end {
            let group =
                value(text[index]) << 18 | value(text[index + 1]) << 12 | value(text[index + 2]) << 6
                | value(text[index + 3])
            guard group <= 0xFF_FFFF else { return false }
            bytes.append(UInt8(truncatingIfNeeded: group >> 16))
            bytes.append(UInt8(truncatingIfNeeded: group >> 8))
            bytes.append(UInt8(truncatingIfNeeded: group))
            index += 4
        }
        guard padding > 0 else { return true }
        let third = padding == 1 ? value(text[index + 2]) : 0
        let group = value(text[index]) << 18 | value(text[index + 1]) << 12 | third << 6
        // The bits behind the last byte must be zero.
        guard group <= 0xFF_FFFF, group & (padding == 1 ? 0xFF : 0xFFFF) == 0 else { return false }
        bytes.append(UInt8(truncatingIfNeeded: group >> 16))
        if padding == 1 { bytes.append(UInt8(truncatingIfNeeded: group >> 8)) }
        return true
    }

    /// The six bits of a letter; of what is none, a bit that no group of four can have.
    @inline(__always)
    private static func value(_ byte: UInt8) -> UInt64 {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt64(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt64(byte - UInt8(ascii: "a") + 26)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0") + 52)
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: 1 << 24
        }
    }
}
