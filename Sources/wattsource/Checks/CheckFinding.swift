/// One thing that `wattsource check` looked at.
struct CheckFinding: Sendable, Equatable {
    /// How it is.
    enum Verdict: String, Sendable {
        /// As it should be.
        case good = "ok"
        /// It works, but somebody should know.
        case warning = "warning"
        /// The worker could not do its work.
        case failure = "FAILED"
    }

    /// What was looked at: `configuration`, `database`, `kafka`.
    var subject: String
    /// How it is.
    var verdict: Verdict
    /// What was found; for a failure also how to mend it.
    var text: String
    /// The exit code that a failure leads to.
    var code = ExitCodes.unavailable

    /// The finding as a line, the columns under each other.
    var line: String {
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(1, width - text.count))
        }
        return padded(subject, 15) + padded(verdict.rawValue, 9) + TerminalText.safe(text.replacing("\t", with: " "))
    }
}
