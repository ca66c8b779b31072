import PostgresStore

/// An energy report as RFC 4180 text: a heading, then one record per member and period, in order of member, then time.
///
/// Columns: `community, member, period` (local name), `period_start, period_end` (RFC 3339, UTC), `import_wh, community_wh, grid_wh,
/// export_wh, shared_wh, surplus_wh` (integers), `values` (one per meter and settled interval), `state`.
enum EnergyReportCSV {
    /// The text, every line with its CRLF.
    static func text(_ report: EnergyReport) -> String {
        var text = heading.joined(separator: ",") + "\r\n"
        for line in report.memberPeriods { text += fields(line, of: report).joined(separator: ",") + "\r\n" }
        return text
    }

    /// The columns' names.
    static let heading = [
        "community", "member", "period", "period_start", "period_end", "import_wh", "community_wh", "grid_wh",
        "export_wh", "shared_wh", "surplus_wh", "values", "state",
    ]

    /// One record.
    static func fields(_ line: EnergyReport.MemberPeriodLine, of report: EnergyReport) -> [String] {
        let sums = line.sums
        return [
            field(report.community), field(line.member.code), field(line.period.label),
            TimeText.utc(line.period.start), TimeText.utc(line.period.end), String(sums.importWh),
            String(sums.communityWh), String(sums.gridWh), String(sums.exportWh), String(sums.sharedWh),
            String(sums.surplusWh), String(line.values), line.state.rawValue,
        ]
    }

    /// A field, quoted where RFC 4180 asks for it.
    static func field(_ text: String) -> String {
        let asksForQuotes: (UInt8) -> Bool = { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
        guard text.utf8.contains(where: asksForQuotes) else { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" { quoted += "\"" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}
