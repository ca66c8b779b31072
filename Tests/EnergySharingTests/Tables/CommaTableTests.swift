import Testing

@testable import EnergySharing

@Suite("Comma-separated tables")
struct CommaTableTests {
    private static func rows(_ text: String) throws -> [[String]] {
        var table = CommaTable(Array(text.utf8))
        var fields: [ArraySlice<UInt8>] = []
        var rows: [[String]] = []
        while try table.next(&fields) { rows.append(fields.map { String(decoding: $0, as: UTF8.self) }) }
        return rows
    }

    @Test("lines, empty fields, quotes, CRLF, a byte-order mark, no line break at the end")
    func lines() throws {
        #expect(
            try Self.rows("\u{FEFF}a,b\r\n1,\r\n\r\n\"x,y\",\"say \"\"no\"\"\"\n,") == [
                ["a", "b"], ["1", ""], ["x,y", "say \"no\""], ["", ""],
            ]
        )
        #expect(try Self.rows("") == [])
        #expect(try Self.rows("\"\"") == [[""]])
        #expect(try Self.rows("\"a\",") == [["a", ""]])
    }

    @Test("faults have the line's number, and the next line can be read", arguments: ["\"a", "\"a\"b,c", "a\"b\",c"])
    func faults(_ line: String) throws {
        var table = CommaTable(Array("x,y\n\(line)\n1,2\n".utf8))
        var fields: [ArraySlice<UInt8>] = []
        #expect(try table.next(&fields))
        let fault = #expect(throws: TableFault.self) { try table.next(&fields) }
        #expect(fault?.line == 2)
        #expect(try table.next(&fields))
        #expect(fields.count == 2)
        #expect(table.line == 3)
        #expect(try !table.next(&fields))
    }
}
