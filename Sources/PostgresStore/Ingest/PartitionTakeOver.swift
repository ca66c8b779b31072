internal import Ingestion

/// Raises the epoch of one partition and makes a connection its recorded owner.
///
/// The former owner may hold the row: a live one for the length of its batch, a frozen one (stopped, swapped, its machine paused) for
/// ever, and in the middle of a COPY no timeout of the server reaches it. So: wait for `lock_timeout`, end the recorded session, try again.
/// The recorded backend_start makes sure that it is that session and not a later one with the same process id.
enum PartitionTakeOver {
    /// How often the row is tried.
    private static let attempts = 6

    /// Takes a partition over; `nil` if its row stays locked by somebody who is not the recorded owner.
    static func take(
        _ request: TakeOverRequest,
        owner: String,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> TakenPosition? {
        for attempt in 1...attempts {
            do {
                if let position = try raise(request.partition, owner, connection) { return position }
                if let position = try insert(request, owner, connection) { return position }
                // Neither: somebody inserted the row between the two statements.
            } catch {
                guard error.sqlState == "55P03" else { throw error }
                try endOwner(of: request.partition, connection)
                if attempt < attempts { pause(.milliseconds(Int64.random(in: 20...200))) }
            }
        }
        return nil
    }

    private static let ownership = """
        pg_backend_pid(), (select backend_start from pg_stat_activity where pid = pg_backend_pid())
        """

    private static let columns = """
        incarnation, epoch, next_offset, \(PostgresTimestamp.sql("watermark")), anchor_hash,
        case when state = 'halted' then coalesce(halt_reason, '') end
        """

    /// Raises the epoch of a row that is there.
    ///
    /// One statement, so one transaction.
    private static func raise(
        _ partition: TopicPartition,
        _ owner: String,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> TakenPosition? {
        // Whether it is at its end the new owner has to find out: records may have come since.
        let rows = try connection.query(
            """
            update energy.stream_position
            set epoch = epoch + 1, owner = $3, (owner_pid, owner_backend_start) = (select \(ownership)), at_end_since = null,
                updated_at = now()
            where topic = $1 and partition = $2
            returning \(columns)
            """,
            [.text(partition.topic), .int32(partition.partition), .text(owner)]
        )
        return position(partition, rows)
    }

    /// Makes the row of a partition that has none: from the first offset that is left, or, if nothing of the topic was ever consumed,
    /// from where a first start begins.
    private static func insert(
        _ request: TakeOverRequest,
        _ owner: String,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> TakenPosition? {
        let rows = try connection.query(
            """
            insert into energy.stream_position
                (topic, partition, first_offset, next_offset, epoch, owner, owner_pid, owner_backend_start)
            select $1, $2, start, start, 1, $5, \(ownership)
            from (select case when exists (select from energy.stream_position where topic = $1 and next_offset > first_offset)
                              then $3::bigint else $4::bigint end) as s(start)
            on conflict (topic, partition) do nothing
            returning \(columns)
            """,
            [
                .text(request.partition.topic), .int32(request.partition.partition), .int64(request.low),
                .int64(request.firstStart), .text(owner),
            ]
        )
        return position(request.partition, rows)
    }

    private static func position(_ partition: TopicPartition, _ rows: PostgresResult) -> TakenPosition? {
        guard rows.rowCount == 1, let incarnation = rows.int32(0, 0), let epoch = rows.int64(0, 1),
            let nextOffset = rows.int64(0, 2)
        else { return nil }
        return TakenPosition(
            partition: partition,
            incarnation: incarnation,
            epoch: epoch,
            nextOffset: nextOffset,
            watermark: rows.int64(0, 3),
            anchorHash: rows.int64(0, 4),
            haltReason: rows.text(0, 5)
        )
    }

    /// Ends the session that is recorded as a partition's owner, if it still lives.
    private static func endOwner(of partition: TopicPartition, _ connection: PostgresConnection) throws(PostgresError) {
        _ = try connection.query(
            """
            select pg_terminate_backend(a.pid)
            from energy.stream_position p
            join pg_stat_activity a on a.pid = p.owner_pid and a.backend_start = p.owner_backend_start
            where p.topic = $1 and p.partition = $2 and a.pid <> pg_backend_pid()
            """,
            [.text(partition.topic), .int32(partition.partition)]
        )
    }
}
