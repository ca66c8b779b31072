/// Escapes what a log line shows, so that nothing in it can end the line, move the cursor or turn the direction of the text.
enum LogText {
    /// Adds a text with every control character, line separator, direction mark, quote and backslash escaped, JSON's way.
    static func append(escaping text: String, to line: inout String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": line += "\\\""
            case "\\": line += "\\\\"
            case "\n": line += "\\n"
            case "\r": line += "\\r"
            case "\t": line += "\\t"
            case _ where isUnsafe(scalar): append(hexadecimal: scalar.value, to: &line)
            default: line.unicodeScalars.append(scalar)
            }
        }
    }

    /// Adds a text in quotes.
    static func append(quoting text: String, to line: inout String) {
        line += "\""
        append(escaping: text, to: &line)
        line += "\""
    }

    /// Whether a value needs quotes in the readable format.
    static func needsQuotes(_ text: String) -> Bool {
        text.isEmpty
            || text.unicodeScalars.contains { $0 == " " || $0 == "=" || $0 == "\"" || $0 == "\\" || isUnsafe($0) }
    }

    /// C0 and C1 controls, delete, line and paragraph separators, and the marks that turn the direction of text.
    ///
    /// All are below 0x10000.
    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }

    private static func append(hexadecimal value: UInt32, to line: inout String) {
        let digits = String(value, radix: 16)
        line += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
