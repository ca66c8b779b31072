import CommunityRegistry
import EnergySharing
import PostgresStore

/// Shares by the hour for people.
enum ShareText {
    /// What storing a file changed, or would change.
    static func lines(_ plan: ShareProfilePlan, isTrial: Bool) -> [String] {
        guard !plan.changes.isEmpty else { return ["nothing to change"] }
        let due = plan.dueAgain.map { "\(isTrial ? "would be due" : "due") again: \($0)" }
        return (plan.changes.map(\.description) + due).map(TerminalText.safe) + [
            isTrial ? "the shares would be stored" : "the shares are stored"
        ]
    }

    /// The faults of a table with their places, one line each.
    static func faults(_ faults: TableFaults, of name: String) -> [String] {
        faults.faults.map { fault in
            TerminalText.safe(fault.line == 0 ? "\(name): \(fault.what)" : "\(name):\(fault.line): \(fault.what)")
        } + (faults.faults.count >= TableFaults.most ? ["and perhaps more"] : [])
    }

    /// The stored profiles as a table.
    static func lines(_ profiles: [StoredShareProfile]) -> [String] {
        guard !profiles.isEmpty else { return ["no shares by the hour are stored"] }
        var table = TextTable([
            .text("community"), .text("from (UTC)"), .text("until (UTC)"), .number("hours"), .number("meters"),
            .text("file"),
            .text("stored by"), .text("stored at"),
        ])
        for profile in profiles {
            table.append([
                profile.community, TimeText.utc(profile.from), TimeText.utc(profile.until),
                EnergyText.grouped((profile.until - profile.from) / 3_600_000_000), EnergyText.grouped(profile.meters),
                profile.source, profile.appliedBy, TimeText.seconds(profile.appliedAt),
            ])
        }
        return table.lines()
    }
}
