import PostgresStore

/// What a check of the books found, for people.
enum FindingText {
    /// One line if the claim holds, else a second one with the first contradiction, and a third with how many more there are.
    static func lines(_ finding: BookFinding, style: TerminalStyle) -> [String] {
        let verdict = finding.isOk ? style.paint("ok   ", .green) : style.paint("FAIL ", .red)
        var line =
            "\(verdict)\(finding.name): \(finding.claim) (\(EnergyText.grouped(finding.checked)) \(finding.unit))"
        if let remark = finding.remark { line += "; \(TerminalText.safe(remark))" }
        var lines = [line]
        for contradiction in finding.contradictions { lines.append("     " + TerminalText.safe(contradiction)) }
        let more = finding.contradictionCount - Int64(finding.contradictions.count)
        if more > 0 { lines.append("     and \(EnergyText.grouped(more)) more") }
        return lines
    }
}
