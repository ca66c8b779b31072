import Testing

@testable import MeterReadings

/// What is JSON and what is not, case by case.
///
/// The cases are our own, written from RFC 8259 in the manner of JSONTestSuite (https://github.com/nst/JSONTestSuite): what every
/// parser must take, what none may take, and what the RFC leaves to the parser, with our decision.
struct JSONSuiteTests {
    private func accepts(_ text: [UInt8]) -> Bool {
        var cursor = JSONCursor()
        cursor.skipSpace(text.span)
        do throws(Refusal) { try cursor.skipValue(text.span, depth: 0) } catch {
            #expect(error.reason == .badJSON)
            #expect((0...text.count).contains(error.byteOffset ?? -1))
            return false
        }
        cursor.skipSpace(text.span)
        return cursor.index == text.count
    }

    private func expect(_ text: [UInt8], _ isTaken: Bool) {
        #expect(accepts(text) == isTaken)
        #expect((ReferenceJSON(text) != nil) == isTaken, "the plain twin disagrees")
        // A body is refused as JSON if and only if it is none; broken JSON is never taken for something else.
        var decoder = RecordDecoder()
        let refusal = decoder.decode(text.span, as: DeviceProfile(), deviceID: nil, enqueuedAt: nil)
        #expect((refusal?.reason == .badJSON) == !isTaken)
        // And so it is within an unknown member, which is only passed over.
        let member = Array(#"{"v":1,"t":1774746900000,"import_wh":1,"x":"#.utf8) + text + [0x7D]
        let inner = decoder.decode(member.span, as: DeviceProfile(), deviceID: nil, enqueuedAt: nil)
        if !isTaken { #expect(inner?.reason == .badJSON || text.isEmpty || text.first == 0x2C || isSplit(text)) }
        if isTaken, depth(text) < 64 { #expect(inner == nil) }
    }

    /// Whether the text only seems whole because of what stands around it, as `1,"y":2` would.
    private func isSplit(_ text: [UInt8]) -> Bool { ReferenceJSON(Array(#"{"x":"#.utf8) + text + [0x7D]) != nil }

    private func depth(_ text: [UInt8]) -> Int { text.prefix { $0 == 0x5B }.count }

    @Test(arguments: [
        // Structure.
        "[]", "{}", " [ ] ", "[[]]", "[{}]", "{\"\":0}", "{\"a\":{}}", "[1,2]", "{\"a\":1,\"b\":2}",
        "[null, 1, \"1\", {}]",
        "\t[\n1\r]\n", "{\"a\":[]}", "[[] ]", "[] ", " []", "{\"a\" : 1 , \"b\":2 }",
        // A scalar alone is a text since RFC 7159.
        "null", "true", "false", "0", "-1", "\"\"", "\"a\"", " 1 ",
        // Names may repeat as far as the grammar goes; known ones are refused elsewhere.
        "{\"a\":1,\"a\":1}", "{\"a\":1,\"a\":2}",
        // Numbers.
        "[0]", "[-0]", "[1]", "[-1]", "[12.5]", "[0.0]", "[-0.0]", "[0e1]", "[0E+1]", "[0e-1]", "[1e2]", "[1E2]",
        "[1e+2]",
        "[1.5e-7]", "[123456789]", "[0.000000000000000000000000001]", "[20e1]", "[1E22]", "[10]", "[100]",
        // Strings.
        "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "[\"\\u0000\"]", "[\"\\u0061\\u30AF\\uabcd\\uABCD\"]",
        "[\"\\uD834\\uDD1E\"]",
        "[\"\u{7F}\"]", "[\"\u{2028}\u{2029}\"]", "[\"é€😀\"]", "[\"\u{FFFF}\u{10FFFF}\"]", "[\"\u{FEFF}\"]",
        "[\"a/*b*/c\"]",
        "[\" \"]", "[\"\\\\u0000\"]", "[\"\\\\\"]", "[\"\u{E000}\"]", "[\"new\u{A0}line\"]",
    ]) func everyParserTakes(_ text: String) { expect(Array(text.utf8), true) }

    @Test(arguments: [
        // Nothing, or not enough.
        "", " ", "[", "{", "[1", "[1,", "[\"", "[\"a", "[\"a\"", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "tru",
        "nul", "fals",
        "n", "-", "[\"\\", "[\"\\u", "[\"\\u1", "[\"\\u12\"]", "\"", "[[", "[{", "[{\"a\":[", "{\"a\":{",
        // Too much.
        "[1]]", "[]]", "{}}", "1 2", "[1]x", "{}x", "[][]", "{}{}", "[1],", ",[1]", "nulll", "truee", "[]#", "[]//",
        "{}/**/",
        "\"a\"\"b\"", "[1]\u{0}", "[]\u{A0}",
        // Commas and colons.
        "[,1]", "[1,]", "[1,,2]", "[,]", "[1 2]", "[1:2]", "{,}", "{\"a\":1,}", "{\"a\":1,,\"b\":2}", "{\"a\",1}",
        "{\"a\" 1}",
        "{\"a\":}", "{:1}", "{\"a\"::1}", "{\"a\":1 \"b\":2}", "[\"a\" \"b\"]", ",", ":", "{\"a\":1:2}",
        // Brackets of the wrong kind.
        "[1}", "{\"a\":1]", "]", "}", "[)", "({})", "[{]}", "{[}",
        // Names that are no strings.
        "{a:1}", "{1:1}", "{null:1}", "{'a':1}", "{[]:1}", "{\"a\":1,b:2}", "{{}:1}",
        // Literals in another spelling.
        "True", "FALSE", "Null", "nan", "NaN", "[NaN]", "[Infinity]", "[-Infinity]", "[Inf]", "[undefined]", "[t]",
        "[nul]", "[trux]",
        // Numbers.
        "[01]", "[-01]", "[00]", "[-]", "[+1]", "[.5]", "[-.5]", "[1.]", "[-1.]", "[1.e1]", "[0.e1]", "[1e]", "[1e+]",
        "[1E-]",
        "[1e1.5]", "[1.2.3]", "[0x10]", "[1_000]", "[1,000e]", "[1a]", "[--1]", "[-+1]", "[+-1]", "[1e++1]", "[1ee1]",
        "[ - 1]",
        "[0 1]", "[1 000]", "[012]", "[-012]", "[2.]", "[1e0e]", "[-a]", "[１]", "[1/2]", "[1-2]", "[0b1]", "[0o7]",
        "[1f]", "[1.0e]",
        // Strings.
        "['a']", "[`a`]", "[\"a]", "[a\"]", "[\"\n\"]", "[\"\t\"]", "[\"\r\"]", "[\"\u{0}\"]", "[\"\u{1F}\"]",
        "[\"\\a\"]", "[\"\\x00\"]",
        "[\"\\'\"]", "[\"\\0\"]", "[\"\\U0041\"]", "[\"\\u00g0\"]", "[\"\\u 041\"]", "[\"\\u+041\"]", "[\"\\uＤ834\"]",
        "[\"\\é\"]",
        "[\"\\ \"]", "[\"\\\n\"]", "[\"\\", "[\"\\\"]", "[\\u0061]", "[\"a\"b]", "[\"\\u{41}\"]", "[\"\\v\"]",
        "[\"\\e\"]",
        // White space that is none.
        "[\u{B}]", "[\u{C}]", "\u{A0}[]", "\u{2028}[]", "\u{3000}1", "[\u{85}]", "[\u{200B}]", "\u{1C}[]",
        // Comments.
        "/**/[]", "[/*a*/]", "[1//\n]", "# a\n[]", "{\"a\":/**/1}", "<!-- -->", "<null>",
        // A byte-order mark: RFC 8259, section 8.1, lets a parser ignore it, and ours does not.
        "\u{FEFF}", "\u{FEFF}[]", "\u{FEFF}{}", "[]\u{FEFF}",
    ]) func noParserTakes(_ text: String) { expect(Array(text.utf8), false) }

    @Test(
        arguments: [
            // Lone and wrong bytes of UTF-8, overlong forms, surrogates, beyond U+10FFFF, truncated.
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xEF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
            [0xFC, 0x84, 0x80, 0x80, 0x80, 0x80],
            [0xFE], [0xFF], [0xE9], [0xF0, 0x9F, 0x98], [0xED, 0xA0, 0xB4, 0xED, 0xB4, 0x9E], [0xE2, 0x82],
            [0xE2, 0x28, 0xA1],
        ] as [[UInt8]]
    ) func invalidUTF8(_ bytes: [UInt8]) {
        expect([0x5B, 0x22] + bytes + [0x22, 0x5D], false)
        expect([0x5B] + bytes + [0x5D], false)
        expect(bytes, false)
        expect([0x7B, 0x22] + bytes + Array("\":1}".utf8), false)
    }

    @Test func otherEncodings() {
        for text in ["[]", "[\"é\"]", "{\"a\":1}"] {
            expect(text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }, false)
            expect(text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }, false)
            expect([0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }, false)
            expect(text.unicodeScalars.flatMap { [0, 0, UInt8($0.value >> 8), UInt8($0.value & 255)] }, false)
        }
        // Latin-1.
        expect([0x5B, 0x22, 0xE9, 0x22, 0x5D], false)
    }

    /// What RFC 8259 leaves to the parser (sections 4, 6, 8.2 and 9), and what we decided.
    @Test(
        arguments: [
            // Numbers of any size are JSON; only one that is used has to fit (`out_of_range`).
            ("[1e400]", true), ("[-1e400]", true), ("[1e-400]", true), ("[123123e100000]", true),
            ("[0.4e00669999999999999]", true),
            ("[-237462374673276894279832749832423479823246327846]", true), ("[100000000000000000000]", true),
            ("[1.5e+9999]", true),
            ("[1e99999999999999999999999]", true),
            // Half a surrogate pair, escaped, is grammar; a string that is used must not have it (see JSONStringTests).
            ("[\"\\uDADA\"]", true), ("[\"\\uD888\\u1234\"]", true), ("[\"\\uDD1E\\uD834\"]", true),
            ("[\"\\uD800\\n\"]", true),
            ("[\"\\ud800abc\"]", true), ("{\"\\uDFAA\":0}", true), ("[\"\\uD800\\uD800\\n\"]", true),
            ("[\"\\ud800\\ud800\\udc00\"]", true),
            // Up to 64 arrays and objects are nested, no more.
            (String(repeating: "[", count: 64) + String(repeating: "]", count: 64), true),
            (String(repeating: "[", count: 65) + String(repeating: "]", count: 65), false),
            (String(repeating: "[", count: 500) + String(repeating: "]", count: 500), false),
            (String(repeating: "{\"a\":", count: 64) + "1" + String(repeating: "}", count: 64), true),
            (String(repeating: "{\"a\":", count: 65) + "1" + String(repeating: "}", count: 65), false),
        ] as [(String, Bool)]
    ) func ours(_ text: String, _ isTaken: Bool) {
        if text.hasPrefix("{\"a\":{") {
            #expect(accepts(Array(text.utf8)) == isTaken)
        } else {
            expect(Array(text.utf8), isTaken)
        }
    }

    /// Depth costs no stack: neither open brackets alone, nor brackets that are never closed.
    @Test func aHundredThousandBrackets() {
        for text in ["[", "{\"a\":", "[{\"a\":"] {
            #expect(!accepts(Array(String(repeating: text, count: 100_000).utf8)))
        }
    }
}
