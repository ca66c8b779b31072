/// A row of `reading_event`: why the number of rows of a table of readings changes other than by the stream, by whom, and for what reason.
///
/// It is opened before the rows change, so that the history can name it, and closed with their number, in one transaction.
struct ReadingEvent {
    /// What people do with readings, by the names of the table.
    enum Kind: String {
        case replay
        case `import`
        case discard
    }

    /// Its number.
    let id: Int64

    /// Opens an event.
    ///
    /// - Parameters:
    ///   - actor: who does it; `nil`: the session's role.
    ///   - at: when; `nil`: when the transaction began.
    static func open(
        _ kind: Kind,
        of relation: ReadingRelation,
        actor: String?,
        reason: String,
        at: Int64? = nil,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> ReadingEvent {
        let row = try connection.query(
            """
            insert into energy.reading_event (kind, relation, readings, actor, reason, at)
            values ($1, $2, 0, coalesce($3::text, current_user), $4, coalesce($5::timestamptz, now())) returning event_id
            """,
            [
                .text(kind.rawValue), .text(relation.rawValue), .optional(actor), .text(reason), .optionalTimestamp(at),
            ]
        )
        guard let id = row.int64(0, 0) else { throw PostgresError(.protocolViolation, "reading_event gave no number") }
        return ReadingEvent(id: id)
    }

    /// Writes down by how many rows the table changed.
    func close(readings: Int64, _ connection: PostgresConnection) throws(PostgresError) {
        _ = try connection.query(
            "update energy.reading_event set readings = $2 where event_id = $1",
            [.int64(id), .int64(readings)]
        )
    }
}
