import PostgresStore

/// An energy report for people, as lines for a terminal.
struct EnergyReportTable {
    /// What is shown.
    let report: EnergyReport
    /// How it is shown.
    let style: TerminalStyle
    /// The lines about money and carbon; empty without a tariff.
    var money: [String] = []

    /// All lines, from the heading to the ledger.
    func lines() -> [String] {
        var lines = heading("where the energy came from") + [""] + totals()
        if report.periods.count > 0 { lines += [""] + charts() }
        let homes = breakdown()
        if !homes.isEmpty { lines += [""] + homes }
        if report.periods.count > 1 { lines += [""] + periods() }
        if !money.isEmpty { lines += [""] + money }
        lines += [""] + completeness() + [""] + ledger()
        return lines
    }

    // MARK: Heading and totals

    /// Whom the report is about, and the span; `what` it is.
    func heading(_ what: String) -> [String] {
        let community = TerminalText.safe(report.communityName)
        var subject = community
        var scope = "community \(report.community), \(EnergyText.count(Int64(report.members.count), "member"))"
        if let member = report.member {
            subject = "\(TerminalText.safe(member.name)), \(community)"
            scope =
                "member \(member.code) of community \(report.community), "
                + EnergyText.count(Int64(report.meters.count), "meter")
        }
        if !report.sharingKeys.isEmpty {
            scope += ", sharing key " + report.sharingKeys.joined(separator: ", then ")
        }
        return [
            style.paint("\(subject): \(what)", .bold), scope,
            "\(report.fromLabel) to \(report.untilLabel), \(report.timeZone)",
        ]
    }

    /// One line per sum.
    ///
    /// The words and the Wh are plain text with single blanks, so that a script can search for them.
    private func totals() -> [String] {
        let sums = report.totals
        let rows: [(text: String, wattHours: Int64, share: String)] = [
            ("imported", sums.importWh, ""),
            ("  from the community", sums.communityWh, share(sums.communityWh, of: sums.importWh, "imported")),
            ("  from the grid", sums.gridWh, share(sums.gridWh, of: sums.importWh, "imported")),
            ("exported", sums.exportWh, ""),
            ("  shared", sums.sharedWh, share(sums.sharedWh, of: sums.exportWh, "exported")),
            ("  surplus", sums.surplusWh, share(sums.surplusWh, of: sums.exportWh, "exported")),
        ]
        let texts = rows.map { "\($0.text) \(EnergyText.grouped($0.wattHours)) Wh" }
        let amounts = rows.map { EnergyText.kilowattHours($0.wattHours) }
        let textWidth = texts.map(\.count).max() ?? 0
        let amountWidth = amounts.map(\.count).max() ?? 0
        return rows.indices.map { index in
            let kilowattHours = TerminalText.padded(amounts[index], to: amountWidth, alignedRight: true) + " kWh"
            let line = TerminalText.padded(texts[index], to: textWidth + 3) + kilowattHours
            return rows[index].share.isEmpty ? line : line + "   " + rows[index].share
        }
    }

    private func share(_ part: Int64, of whole: Int64, _ name: String) -> String {
        let percent = EnergyText.percent(part, of: whole)
        return percent == "-" ? "" : TerminalText.padded(percent, to: 5, alignedRight: true) + " % of \(name)"
    }

    // MARK: Charts and tables

    private func charts() -> [String] {
        let imported = SplitChart(
            title: "Imported by \(report.period)",
            firstName: "community",
            secondName: "grid",
            secondColour: .blue,
            bars: report.periods.map {
                .init(label: Self.label(of: $0), first: $0.sums.communityWh, whole: $0.sums.importWh)
            }
        )
        let exported = SplitChart(
            title: "Exported by \(report.period)",
            firstName: "shared",
            secondName: "surplus",
            secondColour: .yellow,
            bars: report.periods.map {
                .init(label: Self.label(of: $0), first: $0.sums.sharedWh, whole: $0.sums.exportWh)
            }
        )
        var lines = imported.lines(style: style)
        if report.totals.exportWh > 0 { lines += [""] + exported.lines(style: style) }
        if report.intervals.provisional > 0 { lines.append("* provisional: may still change") }
        return lines
    }

    /// By member for a community; for a member by community and by meter, where it has several.
    private func breakdown() -> [String] {
        if report.member == nil {
            let rows = report.members.map { (Self.title($0.member), $0.sums) }
            return table("home", heading: "By home", rows: rows)
        }
        var lines: [String] = []
        if report.communities.count > 1 || report.unshared != EnergySums() {
            let communities = report.communities.map { ($0.code, $0.sums) }
            let none = report.unshared == EnergySums() ? [] : [("(none)", report.unshared)]
            lines += table("community", heading: "By community", rows: communities + none)
        }
        guard report.meters.count > 1 else { return lines }
        if !lines.isEmpty { lines.append("") }
        return lines + table("meter", heading: "By meter", rows: report.meters.map { ($0.hubDeviceID, $0.sums) })
    }

    private func periods() -> [String] {
        table(
            report.period.rawValue,
            heading: "By \(report.period)",
            rows: report.periods.map { (Self.label(of: $0), $0.sums) }
        )
    }

    /// In Wh where that fits in the terminal's width, else in kWh.
    private func table(_ name: String, heading: String, rows: [(label: String, sums: EnergySums)]) -> [String] {
        for (unit, gap) in [("Wh", 2), ("Wh", 1), ("kWh", 2), ("kWh", 1)] {
            let table = table(name, rows: rows, number: unit == "Wh" ? EnergyText.grouped : EnergyText.kilowattHours)
            if table.width(gap: gap) <= style.width || (unit, gap) == ("kWh", 1) {
                return [style.paint(heading, .bold) + ", in \(unit)"] + table.lines(gap: gap)
            }
        }
        return []
    }

    private func table(
        _ name: String,
        rows: [(label: String, sums: EnergySums)],
        number: (Int64) -> String
    ) -> TextTable {
        var table = TextTable([
            .text(name), .number("imported"), .number("community"), .number("%"), .number("grid"), .number("exported"),
            .number("shared"), .number("surplus"),
        ])
        func cells(_ label: String, _ sums: EnergySums) -> [String] {
            [
                label, number(sums.importWh), number(sums.communityWh),
                EnergyText.percent(sums.communityWh, of: sums.importWh), number(sums.gridWh), number(sums.exportWh),
                number(sums.sharedWh), number(sums.surplusWh),
            ]
        }
        for row in rows { table.append(cells(row.label, row.sums)) }
        table.setFooter(cells("total", report.totals))
        return table
    }

    /// The period's name, marked if it may still change.
    static func label(of line: EnergyReport.PeriodLine) -> String {
        line.period.label + (line.intervals.provisional > 0 ? "*" : "")
    }

    /// The member's code, or what stands for none.
    static func title(_ member: EnergyReport.Member) -> String {
        member.code.isEmpty ? "(no member)" : member.code
    }

    // MARK: Completeness and ledger

    private func completeness() -> [String] {
        let intervals = report.intervals
        var lines = [style.paint("Completeness", .bold)]
        lines.append(
            "\(EnergyText.count(intervals.settled, "interval")) settled: \(EnergyText.grouped(intervals.final)) final, "
                + "\(EnergyText.grouped(intervals.provisional)) provisional, "
                + "\(EnergyText.grouped(intervals.corrected)) corrected"
        )
        if intervals.unsettled > 0 {
            lines.append("not settled: \(TimeText.duration(intervals.unsettled)) of the span")
        }
        if intervals.incomplete > 0 {
            lines.append(
                "some meter of the \(report.communities.count > 1 ? "communities" : "community") is missing in \(EnergyText.count(intervals.incomplete, "interval"))"
            )
        }
        for meter in report.missingMeters {
            let name = "\(TerminalText.safe(meter.hubDeviceID)) (\(Self.title(meter.member)))"
            if let missing = meter.missing {
                lines.append("missing: \(name) in \(EnergyText.count(missing, "interval"))")
            } else {
                lines.append("missing: \(name), no reading of it yet")
            }
        }
        if intervals.isComplete && report.missingMeters.isEmpty { lines.append("no meter is missing in any interval") }
        return lines
    }

    private func ledger() -> [String] {
        [style.paint("Ledger", .bold) + " of all that was consumed"] + LedgerText.lines(report.ledger)
    }
}
