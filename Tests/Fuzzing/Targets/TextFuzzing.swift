/// The ways of looking at bytes that have a shortcut: UTF-8, plain characters, comparing.
struct TextFuzzing: FuzzTarget {
    mutating func run(_ input: Span<UInt8>) {
        let bytes = input.copied
        expect(input.isUTF8 == (String(validating: bytes, as: UTF8.self) != nil), "UTF-8")
        let start = bytes.count > 0 ? Int(bytes[0]) % bytes.count : 0
        let stop = input.plainEnd(from: start)
        let first = bytes[start...].firstIndex { Self.isSpecial($0) } ?? bytes.count
        // It stops at the first byte that is not plain, or within the last eight.
        let isRight = stop == first || (stop < first && bytes.count - stop < 8)
        expect(isRight, "plain end \(stop), not \(first)")
        let half = bytes.count / 2
        let (left, right) = (Array(bytes[..<half]), Array(bytes[half..<2 * half]))
        expect(left.span.equals(right.span) == (left == right), "equals")
        let isWord = bytes.allSatisfy { $0 < 0x80 } && String(decoding: bytes, as: UTF8.self).lowercased() == "gzip"
        expect(input.equalsIgnoringCase("gzip") == isWord, "upper and lower case")
        var decoded: [UInt8] = []
        if Base64Text.decode(input, into: &decoded) {
            expect(PlainPacking.base64(decoded) == String(decoding: bytes, as: UTF8.self), "base64")
        } else {
            expect(Base64Text.decode(Array(PlainPacking.base64(bytes).utf8).span, into: &decoded), "base64")
            expect(decoded == bytes, "base64")
        }
        var identity = IdentityText()
        expect(identity.set(input) == (1...128).contains(bytes.count), "identity")
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }
}
