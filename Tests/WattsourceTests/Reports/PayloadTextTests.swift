import Testing

@testable import wattsource

@Suite("Payloads and headers of dead letters") struct PayloadTextTests {
    private func lines(_ text: String, marking fault: Int?, width: Int = 20) -> [String] {
        PayloadText.lines(Array(text.utf8), marking: fault, width: width)
    }

    @Test func theCaretStandsUnderTheByte() {
        #expect(lines("{\"v\":x}", marking: 5) == ["{\"v\":x}", "     ^ byte 5"])
        #expect(lines("abc", marking: 0) == ["abc", "^ byte 0"])
        #expect(lines("abc", marking: nil) == ["abc"])
    }

    @Test func bytesAreCountedAndColumnsMarked() {
        // Two bytes, one column; three bytes, two columns.
        #expect(lines("ä東x", marking: 5) == ["ä東x", "   ^ byte 5"])
        // In the midst of a character: its column.
        #expect(lines("ä東x", marking: 3) == ["ä東x", " ^ byte 3"])
    }

    @Test func linesAreKeptAndLongOnesWrapped() {
        #expect(lines("ab\ncd\r\n", marking: 3) == ["ab", "cd ", "^ byte 3"])
        let long = String(repeating: "0123456789", count: 5)
        #expect(
            lines(long, marking: 25) == [
                "01234567890123456789", "01234567890123456789", "     ^ byte 25", "0123456789",
            ]
        )
    }

    @Test func theEndCanBeAtFault() {
        #expect(lines("{", marking: 1) == ["{", " ^ byte 1"])
        #expect(lines("", marking: 0) == ["", "^ byte 0"])
        #expect(lines("", marking: nil) == [""])
        #expect(lines("{", marking: 99) == ["{"])
    }

    @Test func whatIsNoTextIsDumped() {
        let bytes = (0..<18).map { UInt8($0) + 0x5B } + [0xFF]
        #expect(
            PayloadText.lines(bytes, marking: 17, width: 80) == [
                "00000000  5b 5c 5d 5e 5f 60 61 62 63 64 65 66 67 68 69 6a  [\\]^_`abcdefghij",
                "00000010  6b 6c ff                                         kl.", "             ^ byte 17",
            ]
        )
        // An escape sequence is no text that should reach a terminal.
        #expect(lines("\u{1b}[2J", marking: nil)[0].hasPrefix("00000000  1b 5b 32 4a"))
    }

    @Test func theByteIsFoundInTheSentence() {
        #expect(PayloadText.faultyByte(in: "import_wh: a number is expected (byte 17)") == 17)
        #expect(PayloadText.faultyByte(in: "too large") == nil)
        #expect(PayloadText.faultyByte(in: "(byte x)") == nil)
        #expect(PayloadText.faultyByte(in: "(byte 3") == nil)
    }

    @Test(
        arguments: [
            (Array("meter-1".utf8), "meter-1"), ([0xA1, 0x02, 0x6D, 0x31], "m1"), ([0xB3, 0, 0, 0, 1, 0x6D], "m"),
            ([0x83, 0x00, 0x00, 0x01, 0x99, 0x33, 0x88, 0x69, 0x90], "2025-09-10T12:10:02Z"),
            ([0x81, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE], "-2"), ([0xA1, 0x03, 0x6D], "0xa1036d"),
            ([0xFF], "0xff"), ([], ""),
            (Array("a\u{1b}b".utf8), #"a\u{1b}b"#),
        ] as [([UInt8], String)]
    )
    func headersAreDecoded(_ value: [UInt8], _ text: String) { #expect(HeaderText.text(value) == text) }
}
