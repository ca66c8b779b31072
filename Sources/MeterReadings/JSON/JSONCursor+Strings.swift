extension JSONCursor {
    /// Reads the string at the cursor, which stands on its opening quotation mark.
    mutating func string(_ text: Span<UInt8>) throws(Refusal) -> JSONString {
        let start = index + 1
        var at = start
        var hasEscapes = false
        while true {
            at = text.plainEnd(from: at)
            guard at < text.count else { throw Refusal(.badJSON, at: text.count, "the JSON ends too early") }
            switch text[at] {
            case UInt8(ascii: "\""):
                index = at + 1
                return JSONString(range: start..<at, hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                at = try Self.escapeEnd(text, at)
            case 0x20..<0x80:
                at += 1
            case 0..<0x20:
                throw Refusal(.badJSON, at: at, "a control character in a string must be escaped")
            default:
                let length = text.characterLength(at: at)
                guard length > 0 else { throw Refusal(.badJSON, at: at, "the text is not valid UTF-8") }
                at += length
            }
        }
    }

    /// Checks the escape that begins at `at` and gives the index behind it.
    private static func escapeEnd(_ text: Span<UInt8>, _ at: Int) throws(Refusal) -> Int {
        guard at + 1 < text.count else { throw Refusal(.badJSON, at: text.count, "the JSON ends too early") }
        switch text[at + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return at + 2
        case UInt8(ascii: "u"):
            for place in at + 2..<at + 6 {
                guard place < text.count else { throw Refusal(.badJSON, at: text.count, "the JSON ends too early") }
                guard JSONString.hexDigit(text[place]) != nil else {
                    throw Refusal(.badJSON, at: place, "four hexadecimal digits are expected after \\u")
                }
            }
            return at + 6
        default:
            throw Refusal(.badJSON, at: at, "this escape is not known")
        }
    }
}
