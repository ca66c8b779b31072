/// A table of text: columns as wide as what is in them, the cells made safe for a terminal.
struct TextTable {
    /// One column.
    struct Column {
        /// Its heading.
        var title: String
        /// Whether its cells end at the right edge, as numbers do.
        var isNumber: Bool

        /// A column of text.
        static func text(_ title: String) -> Column { Column(title: title, isNumber: false) }

        /// A column of numbers.
        static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
    }

    /// The columns, from left to right.
    let columns: [Column]
    /// The rows; each has as many cells as there are columns.
    private(set) var rows: [[String]] = []
    /// A row of sums under a rule.
    private(set) var footer: [String]?

    /// Begins a table without rows.
    init(_ columns: [Column]) { self.columns = columns }

    /// Appends a row.
    mutating func append(_ cells: [String]) {
        precondition(cells.count == columns.count, "a row has one cell per column")
        rows.append(cells.map(TerminalText.safe))
    }

    /// Sets the row of sums.
    mutating func setFooter(_ cells: [String]) {
        precondition(cells.count == columns.count, "the footer has one cell per column")
        footer = cells.map(TerminalText.safe)
    }

    /// How many columns of the terminal the table takes with a gap between its columns.
    func width(gap: Int) -> Int { widths.reduce(0, +) + gap * max(0, columns.count - 1) }

    /// The lines: heading, rule, rows, and, if there is a footer, another rule and the footer.
    ///
    /// Without trailing blanks.
    func lines(gap: Int = 2) -> [String] {
        let widths = widths
        let rule = String(repeating: "─", count: widths.reduce(0, +) + gap * max(0, columns.count - 1))
        var lines = [line(columns.map(\.title), widths: widths, gap: gap), rule]
        for row in rows { lines.append(line(row, widths: widths, gap: gap)) }
        if let footer { lines += [rule, line(footer, widths: widths, gap: gap)] }
        return lines
    }

    private var widths: [Int] {
        columns.indices.map { index in
            var width = TerminalText.width(columns[index].title)
            for row in rows { width = max(width, TerminalText.width(row[index])) }
            if let footer { width = max(width, TerminalText.width(footer[index])) }
            return width
        }
    }

    private func line(_ cells: [String], widths: [Int], gap: Int) -> String {
        let separator = String(repeating: " ", count: gap)
        var text = ""
        for (index, cell) in cells.enumerated() {
            if index > 0 { text += separator }
            text += TerminalText.padded(cell, to: widths[index], alignedRight: columns[index].isNumber)
        }
        while text.last == " " { text.removeLast() }
        return text
    }
}
