import Testing

@testable import MeterReadings

/// The cursor accepts what RFC 8259 does, and nothing else.
struct JSONCursorTests {
    /// Whether a text is one whole JSON value.
    private func accepts(_ bytes: [UInt8]) -> Bool {
        var cursor = JSONCursor()
        cursor.skipSpace(bytes.span)
        do throws(Refusal) { try cursor.skipValue(bytes.span, depth: 0) } catch {
            #expect(error.reason == .badJSON)
            #expect((0...bytes.count).contains(error.byteOffset ?? -1))
            return false
        }
        cursor.skipSpace(bytes.span)
        return cursor.index == bytes.count
    }

    private func accepts(_ text: String) -> Bool { accepts(Array(text.utf8)) }

    @Test(arguments: [
        "null", "true", "false", "0", "-0", "-0.0", "1e1", "1E+1", "1.5e-10", "123456789012345678901234567890", "\"\"",
        "[]", "{}",
        "[ ]", "{ }", " [1 , 2] ", "\t\r\n{ \"a\" : [ { } , [ [ ] ] ] }\n",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\"",
        "\"\\ud800\"", "\"é€😀\"", "{\"\":1}", "{\"a\":1,\"a\":2}", "[null,true,false,\"x\",1,{},[]]", "\"\u{7F}\"",
        "\"\u{2028}\"",
    ]) func valid(_ text: String) {
        #expect(accepts(text))
        #expect(ReferenceJSON(Array(text.utf8)) != nil)
    }

    @Test(arguments: [
        "", " ", "nul", "nulL", "True", "NaN", "-", "+1", "01", "-01", "1.", ".1", "1e", "1e+", "0x1", "1 2", "\"",
        "\"\\", "\"\\x\"",
        "\"\\u12\"", "\"\\u12g4\"", "\"\\U0041\"", "\"\t\"", "\"\n\"", "\"\u{0}\"", "[", "]", "[1", "[1,", "[1,]",
        "[,1]", "[1 2]", "[1}",
        "{", "}", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{a:1}", "{'a':1}", "{1:1}",
        "{\"a\" 1}", "{\"a\"::1}",
        "{\"a\":1]", "[1]]", "[]{}", "// x\n1", "[1]/**/", "\u{FEFF}1", "\u{A0}1", "[\u{B}1]", "nullnull", "[1,,2]",
        "{\"a\":1,,\"b\":2}",
    ]) func invalid(_ text: String) {
        #expect(!accepts(text))
        #expect(ReferenceJSON(Array(text.utf8)) == nil)
    }

    @Test(
        arguments: [
            [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
            [0x22, 0xE2, 0x82, 0x22],
            [0x22, 0xE2, 0x82], [0x22, 0x80, 0x22], [0xFF], [0xEF, 0xBB, 0xBF, 0x31], [0x5B, 0xC3, 0xA9, 0x5D],
            [0x31, 0x00],
        ] as [[UInt8]]
    ) func invalidBytes(_ bytes: [UInt8]) {
        #expect(!accepts(bytes))
    }

    @Test func depthEndsAt64() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
            let levels = open.count > 5 ? 2 : 1
            let allowed = 64 / levels
            func nested(_ times: Int) -> String {
                String(repeating: open, count: times) + "1" + String(repeating: close, count: times)
            }
            #expect(accepts(nested(allowed)))
            #expect(!accepts(nested(allowed + 1)))
        }
        #expect(accepts(String(repeating: "[", count: 64) + String(repeating: "]", count: 64)))
        #expect(!accepts(String(repeating: "[", count: 65) + String(repeating: "]", count: 65)))
        // Breadth is no depth.
        #expect(accepts("[" + Array(repeating: "[[]]", count: 1000).joined(separator: ",") + "]"))
    }

    @Test func bombsOfDepthAreRefusedAtTheirBeginning() {
        for bomb in ["[", "{\"a\":", "[{\"\":"] {
            var cursor = JSONCursor()
            let bytes = Array(String(repeating: bomb, count: 500_000).utf8)
            do throws(Refusal) {
                try cursor.skipValue(bytes.span, depth: 0)
                Issue.record("a bomb was taken")
            } catch {
                #expect((error.byteOffset ?? .max) <= 64 * bomb.utf8.count)
            }
        }
    }

    @Test func randomTextsAgreeWithThePlainParser() {
        var random = SplitMix(seed: 4)
        let pieces = [
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"\\u00e9\"", "\"", "\\", "1", "-", "0", ".5", "e9", "true",
            "false", "null", " ", "\n", "é",
            "{\"b\":", "[1,2]", "\u{1}",
        ]
        for _ in 0..<30_000 {
            let text = (0..<Int.random(in: 1...9, using: &random)).map { _ in pieces.randomElement(using: &random) ?? ""
            }.joined()
            #expect(accepts(text) == (ReferenceJSON(Array(text.utf8)) != nil), "\(text)")
        }
    }
}
