/// A table in comma-separated text (RFC 4180) with a header, line by line.
///
/// UTF-8, with or without a byte-order mark; lines end in LF or CRLF; empty lines are skipped. A field in double quotes
/// may hold commas and doubled quotes, but no line break.
struct CommaTable {
    private let bytes: ArraySlice<UInt8>
    private var position: Int
    /// The number of the line that was read last, from 1.
    private(set) var line = 0

    /// Makes a table at its first line.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        position = self.bytes.startIndex
    }

    /// Reads the next line that is not empty; `false` at the end.
    ///
    /// - Throws: ``TableFault`` if a quote is not closed or text stands outside of quotes; the line is passed then.
    mutating func next(_ fields: inout [ArraySlice<UInt8>]) throws(TableFault) -> Bool {
        fields.removeAll(keepingCapacity: true)
        while position < bytes.endIndex {
            let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            var text = bytes[position..<end]
            position = min(end + 1, bytes.endIndex)
            line += 1
            if text.last == UInt8(ascii: "\r") { text.removeLast() }
            if text.isEmpty { continue }
            try split(text, into: &fields)
            return true
        }
        return false
    }

    private func split(_ text: ArraySlice<UInt8>, into fields: inout [ArraySlice<UInt8>]) throws(TableFault) {
        let (comma, quote) = (UInt8(ascii: ","), UInt8(ascii: "\""))
        guard text.contains(quote) else {
            var start = text.startIndex
            for index in text.indices where text[index] == comma {
                fields.append(text[start..<index])
                start = index + 1
            }
            fields.append(text[start...])
            return
        }
        var rest = text
        while true {
            if rest.first == quote {
                fields.append(try quoted(&rest)[...])
            } else {
                let field = rest.prefix { $0 != comma }
                if field.contains(quote) {
                    throw TableFault(line: line, what: "a quote inside of a field without quotes")
                }
                fields.append(field)
                rest = rest.dropFirst(field.count)
            }
            if rest.isEmpty { return }
            guard rest.popFirst() == comma else { throw TableFault(line: line, what: "text after a closing quote") }
        }
    }

    /// Takes a field in quotes from the front.
    private func quoted(_ rest: inout ArraySlice<UInt8>) throws(TableFault) -> [UInt8] {
        let quote = UInt8(ascii: "\"")
        var field: [UInt8] = []
        rest.removeFirst()
        while let byte = rest.popFirst() {
            if byte != quote {
                field.append(byte)
            } else if rest.first == quote {
                field.append(quote)
                rest.removeFirst()
            } else {
                return field
            }
        }
        throw TableFault(line: line, what: "a quote is not closed")
    }
}
