/// Whether a text is JSON by RFC 8259, at most 64 arrays and objects deep: one byte after another, with a stack of its own.
///
/// The twin of `JSONCursor`, written from the grammar.
struct PlainJSON {
    private let text: [UInt8]
    private var next = 0

    private init(_ text: [UInt8]) { self.text = text }

    /// Whether all of it is one value.
    static func accepts(_ text: [UInt8]) -> Bool {
        guard String(validating: text, as: UTF8.self) != nil else { return false }
        var plain = PlainJSON(text)
        return plain.isValue()
    }

    private var peek: UInt8? { next < text.count ? text[next] : nil }

    private mutating func take(_ letters: StaticString) -> Bool {
        let word = Array("\(letters)".utf8)
        guard text.count - next >= word.count, Array(text[next..<next + word.count]) == word else { return false }
        next += word.count
        return true
    }

    private mutating func space() {
        while let byte = peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { next += 1 }
    }

    private mutating func isValue() -> Bool {
        // The brackets that are still to be closed, innermost last.
        var open: [UInt8] = []
        space()
        while true {
            // A value begins here.
            switch peek {
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                guard open.count < 64 else { return false }
                let isArray = take("[")
                if !isArray { _ = take("{") }
                open.append(UInt8(ascii: isArray ? "]" : "}"))
                space()
                if peek != open.last {
                    if !isArray, !isName() { return false }
                    continue
                }
                next += 1
                open.removeLast()
            case UInt8(ascii: "\""): if !isString() { return false }
            case UInt8(ascii: "t"): if !take("true") { return false }
            case UInt8(ascii: "f"): if !take("false") { return false }
            case UInt8(ascii: "n"): if !take("null") { return false }
            default: if !isNumber() { return false }
            }
            // A value has ended.
            while true {
                space()
                guard let closing = open.last else { return next == text.count }
                if take(",") {
                    space()
                    if closing == UInt8(ascii: "}"), !isName() { return false }
                    break
                }
                guard peek == closing else { return false }
                next += 1
                open.removeLast()
            }
        }
    }

    private mutating func isName() -> Bool {
        guard isString() else { return false }
        space()
        guard take(":") else { return false }
        space()
        return true
    }

    private mutating func isString() -> Bool {
        guard take("\"") else { return false }
        while let byte = peek {
            next += 1
            if byte == UInt8(ascii: "\"") { return true }
            if byte < 0x20 { return false }
            guard byte == UInt8(ascii: "\\") else { continue }
            guard let letter = peek else { return false }
            next += 1
            if letter == UInt8(ascii: "u") {
                for _ in 0..<4 {
                    guard let digit = peek, Character(Unicode.Scalar(digit)).isHexDigit, digit < 0x80 else {
                        return false
                    }
                    next += 1
                }
            } else if !"\"\\/bfnrt".utf8.contains(letter) {
                return false
            }
        }
        return false
    }

    private mutating func isDigits() -> Bool {
        let begin = next
        while let byte = peek, (48...57).contains(byte) { next += 1 }
        return next > begin
    }

    private mutating func isNumber() -> Bool {
        _ = take("-")
        if !take("0"), !isDigits() { return false }
        if take("."), !isDigits() { return false }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            return isDigits()
        }
        return true
    }
}
