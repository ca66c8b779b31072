import PostgresStore

/// Horizontal bars of two stacked parts, one bar per period, all on one scale.
struct SplitChart {
    /// One bar.
    struct Bar {
        /// What stands before it.
        var label: String
        /// The first part in Wh.
        var first: Int64
        /// Both parts in Wh.
        var whole: Int64
    }

    /// What the chart shows.
    var title: String
    /// What the first part is.
    var firstName: String
    /// What the second part is.
    var secondName: String
    /// The colour of the second part; the first is green.
    var secondColour: TerminalStyle.Colour
    /// The bars, from top to bottom.
    var bars: [Bar]

    private static let firstBlock: Character = "█"
    private static let secondBlock: Character = "░"

    /// The chart's lines for a terminal: title with legend, then label, bar, kWh in all and the first part's percentage.
    func lines(style: TerminalStyle) -> [String] {
        let labelWidth = bars.map { TerminalText.width($0.label) }.max() ?? 0
        let amounts = bars.map { EnergyText.kilowattHours($0.whole) }
        let amountWidth = amounts.map(\.count).max() ?? 0
        let sideWidth = labelWidth + 1 + 1 + amountWidth + " kWh".count + 1 + " 15.8%".count
        let cells = max(10, style.width - sideWidth)
        let largest = bars.map(\.whole).max() ?? 0

        let legend =
            style.paint(String(SplitChart.firstBlock), .green) + " \(firstName)  "
            + style.paint(String(SplitChart.secondBlock), secondColour) + " \(secondName)"
        var lines = [style.paint(title, .bold) + "   " + legend]
        for (bar, amount) in zip(bars, amounts) {
            let (first, second) = SplitChart.cells(of: bar, largest: largest, available: cells)
            let drawn =
                style.paint(String(repeating: SplitChart.firstBlock, count: first), .green)
                + style.paint(String(repeating: SplitChart.secondBlock, count: second), secondColour)
                + String(repeating: " ", count: cells - first - second)
            let percent = EnergyText.percent(bar.first, of: bar.whole)
            lines.append(
                TerminalText.padded(bar.label, to: labelWidth) + " " + drawn + " "
                    + TerminalText.padded(amount, to: amountWidth, alignedRight: true) + " kWh "
                    + TerminalText.padded(percent == "-" ? "-" : percent + "%", to: 6, alignedRight: true)
            )
        }
        return lines
    }

    /// How many cells the two parts take: the whole on the scale of the largest bar, the first part of the whole; both to the nearest.
    static func cells(of bar: Bar, largest: Int64, available: Int) -> (first: Int, second: Int) {
        guard largest > 0, bar.whole > 0 else { return (0, 0) }
        let whole = (Int128(bar.whole) * Int128(available) + Int128(largest) / 2) / Int128(largest)
        let first = (Int128(bar.first) * Int128(available) + Int128(largest) / 2) / Int128(largest)
        return (Int(min(first, whole)), Int(whole - min(first, whole)))
    }
}
