/// The ways of looking at bytes that have a shortcut: UTF-8, plain characters, comparing.
struct TextFuzzing: FuzzTarget {
    mutating func run(_ input: Span<UInt8>) {
        let bytes = input.bytes
        expect(input.isUTF8 == (String(validating: bytes, as: UTF8.self) != nil), "UTF-8")
        let start = bytes.count > 0 ? Int(bytes[0]) % bytes.count : 0
        let stop = input.plainEnd(from: start)
        let first = bytes[start...].firstIndex { $0 < 0x20 || $0 >= 0x80 || $0 == 0x22 || $0 == 0x5C } ?? bytes.count
        expect(
            stop <= first && (stop == first || first - stop < 8 || bytes.count - stop < 8),
            "plain end \(stop), \(first)"
        )
        let half = bytes.count / 2
        let (left, right) = (Array(bytes[..<half]), Array(bytes[half..<2 * half]))
        expect(left.span.equals(right.span) == (left == right), "equals")
        expect(
            input.equalsIgnoringCase("telemetry")
                == (String(decoding: bytes, as: UTF8.self).lowercased() == "telemetry")
                || bytes.contains { $0 >= 0x80 },
            "upper and lower case"
        )
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
}
