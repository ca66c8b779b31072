import Testing

@testable import MeterReadings

/// The tree refuses what the cursor refuses, and holds what the recursive twin holds.
struct JSONTreeTests {
    /// The tree as the twin's, by recursion.
    private func twin(_ tree: inout JSONTree, _ node: Int, _ text: [UInt8]) throws -> ReferenceJSON {
        switch tree.kind(node) {
        case .null: return .null
        case .boolean: return .bool(text[tree.place(node)] == UInt8(ascii: "t"))
        case .number:
            // The twin writes an exponent with a small e.
            let digits = text[tree.place(node)..<Int(tree.nodes[node].end)]
            return .number(String(decoding: digits, as: UTF8.self).lowercased())
        case .string:
            let content = try tree.withString(node, text.span) { span in
                String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
            }
            return .string(Array((content ?? "").utf16))
        case .array, .object:
            var elements: [ReferenceJSON] = []
            var members: [(name: [UInt16], value: ReferenceJSON)] = []
            var child = tree.first(in: node)
            while child < tree.end(of: node) {
                let value = try twin(&tree, child, text)
                let name = tree.withName(child, text.span) { span in
                    String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
                }
                elements.append(value)
                members.append((name: Array((name ?? "").utf16), value: value))
                child = tree.next(after: child)
            }
            return tree.kind(node) == .array ? .array(elements) : .object(members)
        }
    }

    @Test func randomTexts() throws {
        var generator = RandomTelemetry(seed: 11)
        var random = SplitMix(seed: 12)
        var tree = JSONTree()
        var sound = 0
        for _ in 0..<4000 {
            var text = Array(generator.record().utf8)
            if Bool.random(using: &random) {
                text[Int.random(in: text.indices, using: &random)] = UInt8.random(in: 0x20...0x7F, using: &random)
            }
            let expected = ReferenceJSON(text)
            do {
                try tree.parse(text.span)
                // Half a surrogate pair is sound grammar, and no text.
                let hasHalf = String(decoding: text, as: UTF8.self).lowercased().contains("\\ud")
                if !hasHalf {
                    #expect(try twin(&tree, 0, text) == expected, "\(String(decoding: text, as: UTF8.self))")
                } else {
                    #expect(expected != nil)
                }
                sound += 1
            } catch let refusal as Refusal {
                #expect(expected == nil, "\(String(decoding: text, as: UTF8.self)): \(refusal.sentence)")
            }
        }
        #expect(sound > 1000)
    }

    @Test(arguments: ["[", "{\"a\":"])
    func depth(_ opening: String) throws {
        var tree = JSONTree()
        func text(_ depth: Int) -> [UInt8] {
            let closing = opening == "[" ? "]" : "}"
            return Array(
                (String(repeating: opening, count: depth) + "1" + String(repeating: closing, count: depth)).utf8
            )
        }
        try tree.parse(text(64).span)
        #expect(tree.nodes.count == 65)
        #expect(throws: Refusal.self) { try tree.parse(text(65).span) }
    }

    @Test func aLargeTextDoesNotKeepItsMemory() throws {
        var tree = JSONTree()
        let large = Array(("[" + String(repeating: "1,", count: 100_000) + "1]").utf8)
        try tree.parse(large.span)
        #expect(tree.nodes.count == 100_002)
        let small = Array("[]".utf8)
        try tree.parse(small.span)
        #expect(tree.nodes.capacity < 1000)
    }
}
