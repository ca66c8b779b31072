import PostgresStore

/// Who gave whom, for people, as lines for a terminal.
struct NeighbourTable {
    /// The report that the neighbours are a part of.
    let report: EnergyReport
    /// What is shown.
    let neighbours: NeighbourReport
    /// How it is shown.
    let style: TerminalStyle
    /// How many neighbours are shown of each side; the others together.
    let most: Int

    /// Of a community the ten largest of each side are shown, of one member all.
    init(_ report: EnergyReport, _ neighbours: NeighbourReport, style: TerminalStyle) {
        self.report = report
        self.neighbours = neighbours
        self.style = style
        most = report.member == nil ? 10 : .max
    }

    /// All lines.
    func lines() -> [String] {
        var lines = EnergyReportTable(report: report, style: style).heading("from whom, and to whom")
        let own = neighbours.flows.reduce(0) { $0 + ($1.isOwn ? $1.wh : 0) }
        let totals = report.totals
        lines += ["", "from the community \(EnergyText.grouped(totals.communityWh)) Wh" + ownNote(own)]
        // What a whole community got is what it gave.
        if report.member != nil { lines.append("shared \(EnergyText.grouped(totals.sharedWh)) Wh" + ownNote(own)) }
        for party in neighbours.subjects {
            lines += side("To \(name(party)), from", neighbours.sources(of: party), \.from)
            lines += side("From \(name(party)), to", neighbours.sinks(of: party), \.to)
        }
        if report.intervals.provisional > 0 { lines += ["", "some of it is provisional: it may still change"] }
        return lines
    }

    private func ownNote(_ own: Int64) -> String {
        own == 0 ? "" : ", \(EnergyText.grouped(own)) Wh of it own energy that came back"
    }

    private func side(
        _ heading: String,
        _ flows: [NeighbourReport.Flow],
        _ other: KeyPath<NeighbourReport.Flow, Int>
    ) -> [String] {
        guard !flows.isEmpty else { return [] }
        let total = flows.reduce(0) { $0 + $1.wh }
        var table = TextTable([.text(neighbours.detail.rawValue), .number("Wh"), .number("%")])
        func append(_ name: String, _ wh: Int64) {
            table.append([name, EnergyText.grouped(wh), EnergyText.percent(wh, of: total)])
        }
        for flow in flows.prefix(most) { append(name(flow[keyPath: other]) + (flow.isOwn ? " (own)" : ""), flow.wh) }
        let rest = flows.dropFirst(most)
        if !rest.isEmpty {
            append("\(EnergyText.count(Int64(rest.count), "other"))", rest.reduce(0) { $0 + $1.wh })
        }
        table.setFooter(["total", EnergyText.grouped(total), ""])
        return ["", style.paint(TerminalText.safe(heading), .bold)] + table.lines()
    }

    private func name(_ party: Int) -> String { neighbours.parties[party].label }
}

extension NeighbourReport.Party {
    /// The member's code, with its community's before it if that is another one, and the meter's name after it.
    var label: String {
        let code = member.code.isEmpty ? "(no member)" : (home.map { $0 + "/" } ?? "") + member.code
        guard let hubDeviceID else { return code }
        return "\(code) \(hubDeviceID)"
    }
}
