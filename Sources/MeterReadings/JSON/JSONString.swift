/// Where a JSON string's content stands in the text, without the quotation marks.
///
/// Its grammar and UTF-8 have been checked.
struct JSONString {
    /// The bytes between the quotation marks.
    var range: Range<Int>
    /// Whether there are escapes, so that the bytes are not yet the content.
    var hasEscapes: Bool

    /// Writes the content into `buffer`, which it empties first, with all escapes resolved.
    ///
    /// - Throws: `bad_json` for half a surrogate pair, which grammar alone allows.
    func unescape(_ text: Span<UInt8>, into buffer: inout [UInt8]) throws(Refusal) {
        buffer.removeAll(keepingCapacity: true)
        var at = range.lowerBound
        while at < range.upperBound {
            guard text[at] == UInt8(ascii: "\\") else {
                buffer.append(text[at])
                at += 1
                continue
            }
            let letter = text[at + 1]
            guard letter == UInt8(ascii: "u") else {
                buffer.append(Self.meaning(of: letter))
                at += 2
                continue
            }
            let begin = at
            var code = Self.codeUnit(text, at + 2)
            at += 6
            if code >> 10 == 0x36, at + 6 <= range.upperBound, text[at] == UInt8(ascii: "\\"),
                text[at + 1] == UInt8(ascii: "u")
            {
                let low = Self.codeUnit(text, at + 2)
                if low >> 10 == 0x37 {
                    code = 0x10000 + ((code & 0x3FF) << 10 | (low & 0x3FF))
                    at += 6
                }
            }
            guard let scalar = Unicode.Scalar(code) else {
                throw Refusal(.badJSON, at: begin, "half a surrogate pair is no character")
            }
            Self.append(scalar.value, to: &buffer)
        }
    }

    /// The value of a hexadecimal digit; `nil` if it is none.
    static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// The UTF-16 code unit that four hexadecimal digits spell; they have been checked.
    private static func codeUnit(_ text: Span<UInt8>, _ at: Int) -> UInt32 {
        var code: UInt32 = 0
        for place in at..<at + 4 { code = (code << 4) | (hexDigit(text[place]) ?? 0) }
        return code
    }

    /// The character that a one-letter escape stands for; the letter has been checked.
    private static func meaning(of letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: letter
        }
    }

    /// Appends a Unicode scalar as UTF-8.
    private static func append(_ code: UInt32, to buffer: inout [UInt8]) {
        func continuation(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: (code >> shift) & 0x3F) }
        switch code {
        case 0..<0x80:
            buffer.append(UInt8(truncatingIfNeeded: code))
        case 0x80..<0x800:
            buffer.append(0xC0 | UInt8(truncatingIfNeeded: code >> 6))
            buffer.append(continuation(0))
        case 0x800..<0x10000:
            buffer.append(0xE0 | UInt8(truncatingIfNeeded: code >> 12))
            buffer.append(continuation(6))
            buffer.append(continuation(0))
        default:
            buffer.append(0xF0 | UInt8(truncatingIfNeeded: code >> 18))
            buffer.append(continuation(12))
            buffer.append(continuation(6))
            buffer.append(continuation(0))
        }
    }
}

extension JSONString {
    /// Lends the content, escapes resolved.
    ///
    /// - Parameter scratch: where the content is put if there are escapes.
    /// - Throws: `bad_json` for half a surrogate pair.
    @inline(__always)
    func withContent<Result>(
        of text: Span<UInt8>,
        scratch: inout [UInt8],
        _ body: (Span<UInt8>) -> Result
    ) throws(Refusal) -> Result {
        guard hasEscapes else { return body(text.extracting(range)) }
        try unescape(text, into: &scratch)
        return body(scratch.span)
    }
}
