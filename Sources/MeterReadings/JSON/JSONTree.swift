/// A JSON text taken apart: all of its values, checked, one after another as they stand there.
///
/// For payloads whose shape is looked up, not walked. The text is lent to each call; a tree that is used again finds its memory again.
/// Nothing recurses: while a container is open, its node remembers the one around it.
struct JSONTree: Sendable {
    /// The values; number 0 is the whole, those of a container follow it, up to its ``JSONNode/next``.
    private(set) var nodes: [JSONNode] = []
    /// Content of names and strings that had escapes.
    private var scratch: [UInt8] = []

    /// The most nodes that are kept for the next text: what a device sends has a few hundred.
    private static let keptNodes = 1 << 14

    /// Takes a whole text apart.
    ///
    /// - Throws: `bad_json`.
    mutating func parse(_ text: Span<UInt8>) throws(Refusal) {
        if nodes.capacity > Self.keptNodes { nodes = [] }
        nodes.removeAll(keepingCapacity: true)
        guard text.count <= Int(Int32.max) else { throw Refusal(.tooLarge, "the body has more bytes than can be read") }
        if text.count >= 3, text[0] == 0xEF, text[1] == 0xBB, text[2] == 0xBF {
            throw Refusal(.badJSON, at: 0, "JSON must not begin with a byte-order mark")
        }
        var cursor = JSONCursor()
        cursor.skipSpace(text)
        var name: JSONString?
        var depth = 0
        var around: Int32 = -1
        repeat {
            if try opens(text, &cursor, name, around, depth) {
                around = Int32(nodes.count - 1)
                depth += 1
                name = nodes[Int(around)].kind == .object ? try cursor.memberName(text) : nil
                continue
            }
            // A value has ended, and with it perhaps what is around it.
            while around >= 0 {
                let isObject = nodes[Int(around)].kind == .object
                if try cursor.continues(text, closing: UInt8(ascii: isObject ? "}" : "]")) {
                    name = isObject ? try cursor.memberName(text) : nil
                    break
                }
                let outer = nodes[Int(around)].next
                nodes[Int(around)].next = Int32(nodes.count)
                around = outer
                depth -= 1
            }
        } while around >= 0
        cursor.skipSpace(text)
        guard cursor.index == text.count else {
            throw Refusal(.badJSON, at: cursor.index, "nothing may follow the JSON value")
        }
    }

    /// Appends the value at the cursor and says whether it is a container that has something in it.
    private mutating func opens(
        _ text: Span<UInt8>,
        _ cursor: inout JSONCursor,
        _ name: JSONString?,
        _ around: Int32,
        _ depth: Int
    ) throws(Refusal) -> Bool {
        let begin = UInt32(cursor.index)
        let number = nodes.count
        var node = JSONNode(
            kind: JSONNode.Kind(firstByte: cursor.byte(in: text)),
            begin: begin,
            end: begin + 1,
            next: around
        )
        if let name {
            node.nameHasEscapes = name.hasEscapes
            node.nameBegin = UInt32(name.range.lowerBound)
            node.nameEnd = UInt32(name.range.upperBound)
        }
        var isOpen = false
        switch node.kind {
        case .object, .array:
            guard depth < JSONCursor.maximumDepth else {
                throw Refusal(.badJSON, at: cursor.index, "more than 64 arrays and objects are nested")
            }
            isOpen = cursor.opens(text, closing: UInt8(ascii: node.kind == .object ? "}" : "]"))
        case .string:
            node.hasEscapes = try cursor.string(text).hasEscapes
            node.end = UInt32(cursor.index)
        case .number, .boolean, .null:
            try cursor.skipValue(text, depth: depth)
            node.end = UInt32(cursor.index)
        }
        nodes.append(node)
        if !isOpen { nodes[number].next = Int32(number + 1) }
        return isOpen
    }

    /// What the value is.
    func kind(_ node: Int) -> JSONNode.Kind { nodes[node].kind }

    /// Where the value begins in the text.
    func place(_ node: Int) -> Int { Int(nodes[node].begin) }

    /// The first value in a container; the same as ``end(of:)`` if it is empty.
    func first(in container: Int) -> Int { container + 1 }

    /// The number that ends a container's content; the value behind it has it.
    func end(of container: Int) -> Int { Int(nodes[container].next) }

    /// The value that follows another one in their container; its ``end(of:)`` if that was the last.
    func next(after node: Int) -> Int { Int(nodes[node].next) }

    /// The member of that name, with `null` as if it were not there.
    ///
    /// - Throws: `bad_json` if it is there twice, or a string that is needed holds half a surrogate pair.
    mutating func member(_ name: StaticString, of object: Int, _ text: Span<UInt8>) throws(Refusal) -> Int? {
        guard kind(object) == .object else { return nil }
        var found: Int?
        var node = first(in: object)
        while node < end(of: object) {
            if nameEquals(name, node, text) {
                guard found == nil else {
                    throw Refusal(
                        .badJSON,
                        field: name,
                        at: Int(nodes[node].nameBegin) - 1,
                        "the member is there twice"
                    )
                }
                found = node
            }
            node = next(after: node)
        }
        return found.flatMap { kind($0) == .null ? nil : $0 }
    }

    /// Whether a member has this name.
    private mutating func nameEquals(_ name: StaticString, _ node: Int, _ text: Span<UInt8>) -> Bool {
        let known = nodes[node]
        let range = Int(known.nameBegin)..<Int(known.nameEnd)
        guard known.nameHasEscapes else {
            return range.count == name.utf8CodeUnitCount && text.extracting(range).equals(name)
        }
        // Half a surrogate pair is in no known name.
        do throws(Refusal) { try JSONString(range: range, hasEscapes: true).unescape(text, into: &scratch) } catch {
            return false
        }
        return scratch.span.equals(name)
    }

    /// Lends a member's name, escapes resolved; `nil` if it holds half a surrogate pair.
    mutating func withName<Result>(_ node: Int, _ text: Span<UInt8>, _ body: (Span<UInt8>) -> Result) -> Result? {
        let known = nodes[node]
        let name = JSONString(range: Int(known.nameBegin)..<Int(known.nameEnd), hasEscapes: known.nameHasEscapes)
        return try? name.withContent(of: text, scratch: &scratch, body)
    }

    /// Lends a string's content, escapes resolved; `nil` if the value is no string.
    ///
    /// - Throws: `bad_json` for half a surrogate pair.
    mutating func withString<Result>(
        _ node: Int,
        _ text: Span<UInt8>,
        _ body: (Span<UInt8>) -> Result
    ) throws(Refusal) -> Result? {
        let known = nodes[node]
        guard known.kind == .string else { return nil }
        let string = JSONString(range: Int(known.begin) + 1..<Int(known.end) - 1, hasEscapes: known.hasEscapes)
        return try string.withContent(of: text, scratch: &scratch, body)
    }

    /// A number, or a string that is one, times 10^`power`; `nil` if the value is neither.
    ///
    /// In strings, zeros in front are allowed, as meters show them.
    ///
    /// - Throws: `bad_json` for half a surrogate pair.
    mutating func number(_ node: Int, power: Int, _ text: Span<UInt8>) throws(Refusal) -> ScaledDecimal? {
        switch kind(node) {
        case .number:
            var index = place(node)
            return DecimalText(text, at: &index, leadingZeros: false)?.scaled(text, power: power)
        case .string:
            return try withString(node, text) { content in DecimalText.whole(content, power: power) } ?? nil
        case .object, .array, .boolean, .null:
            return nil
        }
    }
}
