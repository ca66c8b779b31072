import Testing

@testable import MeterReadings

/// Escapes are resolved as the plain parser resolves them.
struct JSONStringTests {
    private func content(_ json: String) throws -> String? {
        let bytes = Array(json.utf8)
        var cursor = JSONCursor()
        var buffer: [UInt8] = [1, 2, 3]
        try cursor.string(bytes.span).unescape(bytes.span, into: &buffer)
        return String(validating: buffer, as: UTF8.self)
    }

    @Test func everyUnitOfUTF16() throws {
        for unit in UInt16.min...UInt16.max {
            let hex = String(unit, radix: 16, uppercase: unit % 2 == 0)
            let json = "\"<\\u\(String(repeating: "0", count: 4 - hex.count))\(hex)>\""
            if unit >> 11 == 0x1B {
                #expect(throws: Refusal.self) { try content(json) }
            } else {
                let expected = ReferenceJSON(Array(json.utf8))?.text
                let actual = try content(json)
                if expected == nil || actual != expected { Issue.record("\(json)") }
            }
        }
    }

    @Test(arguments: [
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\ud83d\\ude00\"", "\"\\uDBFF\\uDFFF\\uD800\\uDC00\"",
        "\"é\\u00e9€\\u20ac\"", "\"plain\"",
    ]) func agreesWithThePlainParser(_ json: String) throws {
        #expect(try content(json) == ReferenceJSON(Array(json.utf8))?.text)
    }

    @Test(arguments: [
        "\"\\ud83d\"", "\"\\ude00\"", "\"\\ud83dx\"", "\"\\ud83d\\n\"", "\"\\ud83d\\ud83d\\ude00\"",
        "\"\\ud83d\\u0041\"",
    ])
    func halfAPairIsNoCharacter(_ json: String) {
        #expect(throws: Refusal.self) { try content(json) }
    }
}
