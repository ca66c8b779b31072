/// A JSON value to be written; members keep their order.
indirect enum JSONValue: Equatable, ExpressibleByStringLiteral {
    case object([Member])
    case array([JSONValue])
    case string(String)
    case integer(Int64)
    case boolean(Bool)
    case null

    /// One member of an object.
    struct Member: Equatable {
        /// Its name.
        var name: String
        /// Its value.
        var value: JSONValue

        /// Makes a member.
        init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// A string.
    init(stringLiteral value: String) { self = .string(value) }

    /// A string, or null.
    static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

    /// A number, or null.
    static func optional(_ number: Int64?) -> JSONValue { number.map(JSONValue.integer) ?? .null }

    /// The value as RFC 8259 text, indented by two blanks; an array or object without nested ones stays on one line.
    var text: String {
        var text = ""
        write(to: &text, indent: 0)
        return text
    }

    private func write(to text: inout String, indent: Int) {
        switch self {
        case .object(let members):
            writeAll(members, open: "{", close: "}", isFlat: members.allSatisfy(\.value.isScalar), to: &text, indent) {
                JSONValue.writeString($0.name, to: &$1)
                $1 += ": "
                $0.value.write(to: &$1, indent: $2)
            }
        case .array(let elements):
            writeAll(elements, open: "[", close: "]", isFlat: elements.allSatisfy(\.isScalar), to: &text, indent) {
                $0.write(to: &$1, indent: $2)
            }
        case .string(let string): JSONValue.writeString(string, to: &text)
        case .integer(let number): text += String(number)
        case .boolean(let boolean): text += boolean ? "true" : "false"
        case .null: text += "null"
        }
    }

    private var isScalar: Bool {
        switch self {
        case .object, .array: false
        default: true
        }
    }

    private func writeAll<Element>(
        _ elements: [Element],
        open: String,
        close: String,
        isFlat: Bool,
        to text: inout String,
        _ indent: Int,
        _ write: (Element, inout String, Int) -> Void
    ) {
        text += open
        let inner = "\n" + String(repeating: " ", count: indent + 2)
        for (index, element) in elements.enumerated() {
            if index > 0 { text += isFlat ? ", " : "," }
            if !isFlat { text += inner }
            write(element, &text, indent + 2)
        }
        if !isFlat && !elements.isEmpty { text += "\n" + String(repeating: " ", count: indent) }
        text += close
    }

    private static func writeString(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
