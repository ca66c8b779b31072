import EnergySharing
import PostgresStore

/// What a report's energy cost, earned and carried, for people, as lines for a terminal.
struct EnergyReportMoneyTable {
    /// What is shown.
    let money: EnergyReportMoney
    /// How it is shown.
    let style: TerminalStyle

    /// All lines: the sums, by home for a community, by period where there are several.
    func lines() -> [String] {
        var lines = [style.paint("Money and carbon", .bold) + ", in \(money.currency)"] + totals() + lacking()
        if money.report.member == nil {
            let rows = zip(money.report.members, money.members).map { (EnergyReportTable.title($0.member), $1) }
            lines += [""] + table("home", rows)
        }
        if money.report.periods.count > 1 {
            let rows = zip(money.report.periods, money.periods).map { (EnergyReportTable.label(of: $0), $1) }
            lines += [""] + table(money.report.period.rawValue, rows)
        }
        return lines
    }

    /// One line per comparison.
    ///
    /// Plain text with single blanks, so that a script can search for it.
    private func totals() -> [String] {
        let total = money.total
        var lines: [String] = []
        if money.hasCost {
            lines.append(
                "cost \(amount(total.cost)), all from the grid \(amount(total.costFromGridAlone)): saved \(amount(total.saved))"
            )
        }
        if money.hasEarnings {
            lines.append(
                "earned \(amount(total.earned)), all fed in \(amount(total.earnedFromFeedInAlone)): gained \(amount(total.gained))"
            )
        }
        if money.hasCarbon {
            lines.append("CO2 \(kilograms(total.carbon)) kg: avoided \(kilograms(total.carbonAvoided)) kg")
        }
        return lines
    }

    /// What is in no sum, because a price is not known.
    private func lacking() -> [String] {
        func line(_ rows: Int, _ what: String, _ sums: String) -> String? {
            rows == 0 ? nil : "no \(what) for \(EnergyText.count(Int64(rows), "value")): not in \(sums)"
        }
        return [
            money.hasCost ? line(money.total.rowsWithoutCost, "price of what was drawn", "cost and saved") : nil,
            money.hasEarnings
                ? line(money.total.rowsWithoutEarnings, "price of what was fed out", "earned and gained") : nil,
            money.hasCarbon ? line(money.total.rowsWithoutCarbon, "carbon intensity", "CO2 and avoided") : nil,
        ].compactMap { $0 }
    }

    private func table(_ name: String, _ rows: [(label: String, statement: EnergyStatement)]) -> [String] {
        var columns = [TextTable.Column.text(name)]
        if money.hasCost { columns += [.number("cost"), .number("grid alone"), .number("saved")] }
        if money.hasEarnings { columns += [.number("earned"), .number("gained")] }
        if money.hasCarbon { columns += [.number("CO2 kg"), .number("avoided kg")] }
        var table = TextTable(columns)
        func cells(_ label: String, _ statement: EnergyStatement) -> [String] {
            var cells = [label]
            if money.hasCost {
                cells += [amount(statement.cost), amount(statement.costFromGridAlone), amount(statement.saved)]
            }
            if money.hasEarnings { cells += [amount(statement.earned), amount(statement.gained)] }
            if money.hasCarbon { cells += [kilograms(statement.carbon), kilograms(statement.carbonAvoided)] }
            return cells
        }
        for row in rows { table.append(cells(row.label, row.statement)) }
        table.setFooter(cells("total", money.total))
        return table.lines(gap: table.width(gap: 2) <= style.width ? 2 : 1)
    }

    private func amount(_ amount: TariffAmount<Money>) -> String { MoneyText.short(amount) }
    private func kilograms(_ amount: TariffAmount<Carbon>) -> String { MoneyText.short(amount, exponent: 3) }
}
