/// JSON by RFC 8259 in the plainest way: recursive, a tree, one Unicode scalar after another.
///
/// The twin of `JSONCursor`.
indirect enum ReferenceJSON: Equatable {
    case null
    case bool(Bool)
    case number(String)
    /// UTF-16, because half a surrogate pair may be escaped.
    case string([UInt16])
    case array([ReferenceJSON])
    case object([(name: [UInt16], value: ReferenceJSON)])

    static func == (left: Self, right: Self) -> Bool { "\(left)" == "\(right)" }

    /// Parses a whole text; `nil` if it is not valid, or nested more than 64 deep.
    init?(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var parser = Parser(scalars: Array(text.unicodeScalars))
        parser.space()
        guard let value = parser.value(depth: 0) else { return nil }
        parser.space()
        guard parser.next == parser.scalars.count else { return nil }
        self = value
    }

    /// The content of a string; `nil` if this is none, or it holds half a surrogate pair.
    var text: String? {
        guard case .string(let units) = self else { return nil }
        return String(validating: units, as: UTF16.self)
    }

    private struct Parser {
        let scalars: [Unicode.Scalar]
        var next = 0

        var peek: Unicode.Scalar? { next < scalars.count ? scalars[next] : nil }

        mutating func take(_ scalar: Unicode.Scalar) -> Bool {
            guard peek == scalar else { return false }
            next += 1
            return true
        }

        mutating func space() {
            while let scalar = peek, " \t\n\r".unicodeScalars.contains(scalar) { next += 1 }
        }

        mutating func value(depth: Int) -> ReferenceJSON? {
            switch peek {
            case "{": depth < 64 ? object(depth: depth) : nil
            case "[": depth < 64 ? array(depth: depth) : nil
            case "\"": string().map { .string($0) }
            case "t": word("true") ? .bool(true) : nil
            case "f": word("false") ? .bool(false) : nil
            case "n": word("null") ? .null : nil
            default: number().map { .number($0) }
            }
        }

        mutating func word(_ word: String) -> Bool {
            for scalar in word.unicodeScalars where !take(scalar) { return false }
            return true
        }

        mutating func array(depth: Int) -> ReferenceJSON? {
            next += 1
            space()
            var elements: [ReferenceJSON] = []
            if take("]") { return .array([]) }
            while true {
                space()
                guard let element = value(depth: depth + 1) else { return nil }
                elements.append(element)
                space()
                if take("]") { return .array(elements) }
                guard take(",") else { return nil }
            }
        }

        mutating func object(depth: Int) -> ReferenceJSON? {
            next += 1
            space()
            var members: [(name: [UInt16], value: ReferenceJSON)] = []
            if take("}") { return .object([]) }
            while true {
                space()
                guard let name = string() else { return nil }
                space()
                guard take(":") else { return nil }
                space()
                guard let value = value(depth: depth + 1) else { return nil }
                members.append((name, value))
                space()
                if take("}") { return .object(members) }
                guard take(",") else { return nil }
            }
        }

        mutating func string() -> [UInt16]? {
            guard take("\"") else { return nil }
            var units: [UInt16] = []
            while let scalar = peek {
                next += 1
                switch scalar {
                case "\"": return units
                case "\\":
                    guard let letter = peek else { return nil }
                    next += 1
                    if letter == "u" {
                        guard next + 4 <= scalars.count else { return nil }
                        let digits = scalars[next..<next + 4]
                        guard digits.allSatisfy({ $0.isASCII && $0.properties.isASCIIHexDigit }) else { return nil }
                        var text = String.UnicodeScalarView()
                        text.append(contentsOf: digits)
                        guard let unit = UInt16(String(text), radix: 16) else { return nil }
                        units.append(unit)
                        next += 4
                    } else {
                        let meanings: [Unicode.Scalar: UInt16] = [
                            "\"": 0x22, "\\": 0x5C, "/": 0x2F, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9,
                        ]
                        guard let unit = meanings[letter] else { return nil }
                        units.append(unit)
                    }
                default:
                    guard scalar.value >= 0x20 else { return nil }
                    units.append(contentsOf: String(scalar).utf16)
                }
            }
            return nil
        }

        mutating func digits() -> String? {
            var text = ""
            while let scalar = peek, "0123456789".unicodeScalars.contains(scalar) {
                text.unicodeScalars.append(scalar)
                next += 1
            }
            return text.isEmpty ? nil : text
        }

        mutating func number() -> String? {
            var text = take("-") ? "-" : ""
            guard let whole = digits(), whole == "0" || whole.first != "0" else { return nil }
            text += whole
            if take(".") {
                guard let fraction = digits() else { return nil }
                text += "." + fraction
            }
            if take("e") || take("E") {
                text += "e"
                if take("-") { text += "-" } else { _ = take("+") }
                guard let exponent = digits() else { return nil }
                text += exponent
            }
            return text
        }
    }
}
