import Foundation
import Testing

@testable import wattsource

@Suite("JSONValue") struct JSONValueTests {
    @Test func nestedValuesAreIndentedAndFlatOnesStayOnALine() {
        let value = JSONValue.object([
            .init("a", .array([.integer(1), .integer(-2)])), .init("b", .array([.object([.init("c", .null)])])),
            .init("d", .object([])), .init("e", .boolean(true)),
        ])
        #expect(
            value.text == """
                {
                  "a": [1, -2],
                  "b": [
                    {"c": null}
                  ],
                  "d": {},
                  "e": true
                }
                """
        )
    }

    @Test func anyStringComesBackFromAParser() throws {
        let text = "\u{0}\u{1f}\"\\/\n\r\t\u{7f}é東🏠\u{2028}"
        let json = JSONValue.object([.init(text, .string(text)), .init("max", .integer(.max))]).text
        let parsed = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(parsed[text] as? String == text)
        #expect(parsed["max"] as? Int64 == .max)
    }
}
