extension Span<UInt8> {
    /// Whether the bytes are exactly those of a text from the source code.
    func equals(_ word: StaticString) -> Bool {
        // Holds because a string literal has a pointer representation, that many bytes, and lives for ever.
        equals(unsafe Span(_unsafeStart: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    /// Whether the bytes are those of a text from the source code, which has no capital letters, in upper or lower case.
    func equalsIgnoringCase(_ word: StaticString) -> Bool {
        // Holds because a string literal has a pointer representation, that many bytes, and lives for ever.
        let other = unsafe Span(_unsafeStart: word.utf8Start, count: word.utf8CodeUnitCount)
        guard count == other.count else { return false }
        for index in indices {
            let byte = self[index]
            let isCapital = byte &- UInt8(ascii: "A") < 26
            guard (isCapital ? byte | 0x20 : byte) == other[index] else { return false }
        }
        return true
    }

    /// Whether the bytes begin with those of a text from the source code.
    func begins(with word: StaticString) -> Bool {
        count >= word.utf8CodeUnitCount && extracting(0..<word.utf8CodeUnitCount).equals(word)
    }

    /// Whether two spans hold the same bytes.
    func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        guard count >= 8 else {
            for index in indices where self[index] != other[index] { return false }
            return true
        }
        var index = 0
        while index + 8 < count {
            guard word(at: index) == other.word(at: index) else { return false }
            index += 8
        }
        // The last eight, which may overlap with those before.
        return word(at: count - 8) == other.word(at: count - 8)
    }

    /// The number of bytes of the UTF-8 character that begins at `index`; 0 if there is no valid one.
    ///
    /// Refused are overlong forms, surrogates, what lies beyond U+10FFFF, lone continuation bytes and truncated characters:
    /// Unicode 16, table 3-7, "Well-Formed UTF-8 Byte Sequences".
    func characterLength(at index: Int) -> Int {
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch self[index] {
        case 0..<0x80: return 1
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        case 0xF1...0xF3: length = 4
        default: return 0
        }
        guard index + length <= count, second.contains(self[index + 1]) else { return 0 }
        for place in index + 2..<index + length where self[place] & 0xC0 != 0x80 { return 0 }
        return length
    }

    /// Whether all of the bytes are valid UTF-8.
    var isUTF8: Bool {
        var index = 0
        while index < count {
            let length = characterLength(at: index)
            guard length > 0 else { return false }
            index += length
        }
        return true
    }
}
