/// What becomes of one reading; see ARCHITECTURE.md, "Outcomes".
public enum ReadingOutcome: String, Sendable, CaseIterable {
    case accepted
    case duplicate
    case replaced
    case superseded
}
