import Testing

@testable import wattsource

@Suite("Text for terminals") struct TerminalTextTests {
    @Test func controlCharactersCannotDriveTheTerminal() {
        #expect(TerminalText.safe("a\u{1b}[31mb\u{7}\n\u{9b}c\u{202e}d") == #"a\u{1b}[31mb\u{7}\u{a}\u{9b}c\u{202e}d"#)
        #expect(TerminalText.safe("Zähler 東京 🏠") == "Zähler 東京 🏠")
    }

    @Test func wideCharactersTakeTwoColumns() {
        #expect(TerminalText.width("Zähler") == 6)
        #expect(TerminalText.width("Za\u{308}hler") == 6)
        #expect(TerminalText.width("東京") == 4)
        #expect(TerminalText.padded("東", to: 4) == "東  ")
        #expect(TerminalText.padded("7", to: 3, alignedRight: true) == "  7")
    }

    @Test func tablesAlignTheirColumns() {
        var table = TextTable([.text("home"), .number("Wh")])
        table.append(["a", "1,000"])
        table.append(["long\tname", "7"])
        table.setFooter(["total", "1,007"])
        #expect(
            table.lines() == [
                "home              Wh", "────────────────────", "a              1,000", #"long\u{9}name      7"#,
                "────────────────────", "total          1,007",
            ]
        )
        #expect(table.width(gap: 1) == table.width(gap: 2) - 1)
    }

    @Test func colourIsAddedOnlyWhereWanted() {
        #expect(TerminalStyle().paint("x", .red) == "x")
        #expect(TerminalStyle(width: 80, isColoured: true).paint("x", .red) == "\u{1b}[31mx\u{1b}[0m")
    }
}
