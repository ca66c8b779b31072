/// Resolves dead letters without replaying them: they stay, with who gave them up and why.
public struct DeadLetterDiscard {
    /// How many letters one transaction takes.
    private static let lettersPerTransaction = 5_000

    private let connection: PostgresConnection

    /// Works over a connection, which must not be in a transaction.
    public init(_ connection: PostgresConnection) { self.connection = connection }

    /// Discards the unresolved letters that pass the filter; how many it were.
    ///
    /// Some thousand a transaction: after an error those before it are discarded. Letters that a replay works on are left to it.
    ///
    /// - Parameters:
    ///   - limit: how many at most; `nil`: all.
    ///   - actor: who wants it; `nil`: the database's role.
    ///   - reason: why they can be done without; it is kept.
    /// - Throws: ``QueryFailure`` without a reason; ``PostgresError``.
    public func discard(
        _ filter: DeadLetterFilter,
        limit: Int? = nil,
        actor: String? = nil,
        reason: String
    ) throws -> Int {
        guard !reason.allSatisfy(\.isWhitespace) else {
            throw QueryFailure("discarding needs a reason: say why these dead letters can be done without")
        }
        var filter = filter
        filter.includesResolved = false
        let condition = filter.condition
        let first = condition.parameters.count
        var discarded = 0
        while true {
            let count = min(Self.lettersPerTransaction, limit.map { $0 - discarded } ?? .max)
            if count <= 0 { return discarded }
            let result = try connection.query(
                """
                with chosen as (
                    select d.topic, d.partition, d.incarnation, d.record_offset, d.reading_index, d.received_at
                    from energy.dead_letter d where \(condition.sql)
                    order by d.topic, d.partition, d.incarnation, d.record_offset, d.reading_index
                    limit \(count) for update of d skip locked
                )
                update energy.dead_letter d
                set resolved_at = now(), resolution = 'discarded', resolved_by = coalesce($\(first + 1), current_user), note = $\(first + 2)
                from chosen k
                where \(LockedLetters.key)
                """,
                condition.parameters + [.optional(actor), .text(reason)]
            )
            discarded += result.affectedRows
            if result.affectedRows < count { return discarded }
        }
    }
}
