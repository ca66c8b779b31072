/// Which dead letters to replay, and in whose name.
public struct ReplayOrder: Sendable {
    /// Which of the unresolved letters.
    public var filter: DeadLetterFilter
    /// How many letters at most; `nil`: all.
    public var limit: Int?
    /// Who wants it; `nil`: the database's role.
    public var actor: String?
    /// Why; it is kept in the books.
    public var reason: String
    /// Do everything, say what becomes of each, and take it back.
    public var isDryRun: Bool

    /// Makes an order.
    public init(
        _ filter: DeadLetterFilter,
        limit: Int? = nil,
        actor: String? = nil,
        reason: String,
        isDryRun: Bool = false
    ) {
        self.filter = filter
        self.limit = limit
        self.actor = actor
        self.reason = reason
        self.isDryRun = isDryRun
    }
}
