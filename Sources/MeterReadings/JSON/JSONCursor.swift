/// A place in a JSON text, and the moves that RFC 8259 allows from there.
///
/// It holds an index and nothing else; the text is lent to each call. Everything it passes is checked: grammar, UTF-8, escapes,
/// and the depth of nesting. Nothing here recurses, so no input can use up the stack. All refusals are `bad_json`.
///
/// A value is read in three steps: `skipSpace`, a look at ``byte(in:)``, then the move for what stands there:
/// ```
/// {"t": 1 , "q":"M"}
/// ^ opens   ^ continues
///  ^ memberName     ^ continues (false)
///       ^ number
/// ```
struct JSONCursor {
    /// How many arrays and objects may be open at once.
    static let maximumDepth = 64

    /// The next byte to look at, counted from the beginning of the text.
    var index = 0

    /// The byte at the cursor, or 0 at the end: no JSON token begins with 0.
    @inline(__always)
    func byte(in text: Span<UInt8>) -> UInt8 {
        index < text.count ? text[index] : 0
    }

    /// Passes insignificant white space.
    @inline(__always)
    mutating func skipSpace(_ text: Span<UInt8>) {
        while index < text.count {
            let byte = text[index]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            index += 1
        }
    }

    /// Passes the bracket that opens an object or array and says whether something is in it; if not, the closing one is passed too.
    mutating func opens(_ text: Span<UInt8>, closing: UInt8) -> Bool {
        index += 1
        skipSpace(text)
        guard byte(in: text) == closing else { return true }
        index += 1
        return false
    }

    /// Passes the comma after a member or element, or the bracket `closing`, and says which: `true` if there is more.
    mutating func continues(_ text: Span<UInt8>, closing: UInt8) throws(Refusal) -> Bool {
        skipSpace(text)
        switch byte(in: text) {
        case UInt8(ascii: ","):
            index += 1
            skipSpace(text)
            return true
        case closing:
            index += 1
            return false
        default:
            throw unexpected(text, "a comma or a closing bracket is expected")
        }
    }

    /// Reads a member's name and passes the colon; the cursor then stands on the value.
    mutating func memberName(_ text: Span<UInt8>) throws(Refusal) -> JSONString {
        guard byte(in: text) == UInt8(ascii: "\"") else {
            throw unexpected(text, "a member name in quotation marks is expected")
        }
        let name = try string(text)
        skipSpace(text)
        guard byte(in: text) == UInt8(ascii: ":") else {
            throw unexpected(text, "a colon is expected after a member name")
        }
        index += 1
        skipSpace(text)
        return name
    }

    /// Passes a `null` and says so; anything else stays where it is.
    mutating func takesNull(_ text: Span<UInt8>) throws(Refusal) -> Bool {
        guard byte(in: text) == UInt8(ascii: "n") else { return false }
        try literal("null", text)
        return true
    }

    /// Passes one whole value, checked, whatever it is.
    ///
    /// - Parameter depth: how many arrays and objects are open around it.
    mutating func skipValue(_ text: Span<UInt8>, depth: Int) throws(Refusal) {
        // One bit for each array (0) or object (1) opened here; the innermost is the lowest. 64 bits are enough for any
        // depth that is allowed.
        var kinds: UInt64 = 0
        var level = 0
        while true {
            if try entersValue(text, depth: depth + level) {
                kinds = (kinds << 1) | (text[index - 1] == UInt8(ascii: "{") ? 1 : 0)
                level += 1
                skipSpace(text)
                if byte(in: text) != Self.closing(kinds) {
                    if kinds & 1 == 1 { _ = try memberName(text) }
                    continue
                }
                index += 1
                kinds >>= 1
                level -= 1
            }
            while true {
                guard level > 0 else { return }
                guard try !continues(text, closing: Self.closing(kinds)) else { break }
                kinds >>= 1
                level -= 1
            }
            if kinds & 1 == 1 { _ = try memberName(text) }
        }
    }

    /// The bracket that closes the innermost of the open containers.
    private static func closing(_ kinds: UInt64) -> UInt8 {
        kinds & 1 == 1 ? UInt8(ascii: "}") : UInt8(ascii: "]")
    }

    /// Passes a string, number or literal, or only the bracket that opens an object or array, and says whether it did the latter.
    private mutating func entersValue(_ text: Span<UInt8>, depth: Int) throws(Refusal) -> Bool {
        switch byte(in: text) {
        case UInt8(ascii: "\""): _ = try string(text)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): _ = try number(text)
        case UInt8(ascii: "t"): try literal("true", text)
        case UInt8(ascii: "f"): try literal("false", text)
        case UInt8(ascii: "n"): try literal("null", text)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard depth < Self.maximumDepth else {
                throw Refusal(.badJSON, at: index, "more than 64 arrays and objects are nested")
            }
            index += 1
            return true
        default:
            throw unexpected(text, "a JSON value is expected")
        }
        return false
    }

    /// Passes one of the three literals, whose first byte has been seen.
    private mutating func literal(_ word: StaticString, _ text: Span<UInt8>) throws(Refusal) {
        let end = index + word.utf8CodeUnitCount
        guard end <= text.count, text.extracting(index..<end).equals(word) else {
            throw Refusal(.badJSON, at: index, "a JSON value is expected")
        }
        index = end
    }

    /// A refusal for what stands at the cursor; the end of the text has its own sentence.
    func unexpected(_ text: Span<UInt8>, _ fault: StaticString) -> Refusal {
        Refusal(.badJSON, at: index, index < text.count ? fault : "the JSON ends too early")
    }
}
