/// Cuts a comma-separated file into rows of fields.
///
/// Source: RFC 4180. Lines end with LF or CRLF; a field may be in quotes, in which a quote is doubled and lines may end. Empty lines are
/// no rows. What RFC 4180 does not allow (a quote within a field, something behind a closing quote) is a fault of that row.
struct CSVRows {
    /// One row.
    struct Row {
        /// The line that it begins in, from 1.
        var line: Int
        var fields: [CSVField]
    }

    private static let quote = UInt8(ascii: "\"")
    private static let comma = UInt8(ascii: ",")
    private static let newline = UInt8(ascii: "\n")

    private let bytes: ArraySlice<UInt8>
    private var index: Int
    private var line = 1
    private var lineStart = 0

    /// Begins at the start of a file.
    init(_ bytes: [UInt8]) {
        self.bytes = FileBytes.withoutMark(bytes)
        index = self.bytes.startIndex
    }

    /// The next row, or what is wrong with it; `nil` at the end.
    mutating func next() -> Result<Row, FileFault>? {
        while index < bytes.endIndex {
            let row = readRow()
            if case .success(let row) = row, row.fields.count == 1, row.fields[0].isEmpty { continue }
            return row
        }
        return nil
    }

    private mutating func readRow() -> Result<Row, FileFault> {
        var row = Row(line: line, fields: [])
        var fault: FileFault?
        lineStart = index
        while true {
            let column = index - lineStart + 1
            let isQuoted = index < bytes.endIndex && bytes[index] == Self.quote
            if isQuoted {
                guard let content = takeQuoted() else {
                    return .failure(
                        FileFault(line: row.line, column: column, "a quote is not closed before the file ends")
                    )
                }
                row.fields.append(CSVField(column: column, bytes: content))
            }
            let start = index
            let rest = takePlain()
            if isQuoted ? !rest.isEmpty : rest.contains(Self.quote) {
                let place = isQuoted ? start : rest.firstIndex(of: Self.quote) ?? start
                fault =
                    fault
                    ?? FileFault(
                        line: line,
                        column: place - lineStart + 1,
                        "a field with quotes begins and ends with one, and doubles those within"
                    )
            }
            if !isQuoted { row.fields.append(CSVField(column: column, bytes: Array(rest))) }
            let isLast = index == bytes.endIndex || bytes[index] == Self.newline
            if index < bytes.endIndex { index += 1 }
            if isLast { break }
        }
        line += 1
        if let fault { return .failure(fault) }
        return .success(row)
    }

    /// The bytes up to the comma or the end of the line, without a carriage return there.
    private mutating func takePlain() -> ArraySlice<UInt8> {
        let start = index
        while index < bytes.endIndex, bytes[index] != Self.comma, bytes[index] != Self.newline { index += 1 }
        let isLast = index == bytes.endIndex || bytes[index] == Self.newline
        let field = bytes[start..<index]
        return isLast && field.last == UInt8(ascii: "\r") ? field.dropLast() : field
    }

    /// The content of the quoted field that begins here; `nil` if its quote is not closed.
    private mutating func takeQuoted() -> [UInt8]? {
        var content: [UInt8] = []
        index += 1
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            if byte == Self.quote {
                guard index < bytes.endIndex, bytes[index] == Self.quote else { return content }
                index += 1
            }
            content.append(byte)
            if byte == Self.newline {
                line += 1
                lineStart = index
            }
        }
        return nil
    }
}
