/// Why the database did not do what settlement asked.
public struct SettlementFailure: Error, Sendable, CustomStringConvertible {
    /// Whether the same may work later; if not, settlement stops and says why.
    public var isRetriable: Bool
    /// What happened and what to do about it; never PostgreSQL's DETAIL.
    public var description: String

    /// Makes a failure.
    public init(isRetriable: Bool, _ description: String) {
        self.isRetriable = isRetriable
        self.description = description
    }
}
