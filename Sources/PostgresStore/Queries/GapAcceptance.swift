internal import Ingestion

/// Lets halted partitions go on behind a gap, and records who agreed to it.
public struct GapAcceptance {
    private let connection: PostgresConnection

    /// Works over a connection, which must not be in a transaction.
    public init(_ connection: PostgresConnection) { self.connection = connection }

    /// Accepts a gap, in one transaction: the `stream_gap` row, and the position behind it with a new epoch.
    ///
    /// A new incarnation also gets a row, an empty one at the end of the old: it says who closed it and why.
    ///
    /// - Returns: The partition as it stands afterwards.
    /// - Throws: ``QueryFailure`` if the partition is not halted or the offset makes no sense; ``PostgresError``.
    public func accept(_ request: GapRequest) throws -> PartitionStatus {
        try connection.run("begin; set local lock_timeout = '10s'")
        do {
            let status = try locked(request)
            try check(request, status)
            try write(request, status)
            try connection.commit()
        } catch {
            connection.rollback()
            throw error
        }
        let partitions = try StatusQuery(connection).partitions()
        return partitions.first { $0.partition == request.partition } ?? PartitionStatus(request.partition)
    }

    /// Locks the partition's row and reads what the decision needs.
    private func locked(_ request: GapRequest) throws -> PartitionStatus {
        let result = try connection.query(
            """
            select incarnation, next_offset, case when state = 'halted' then coalesce(halt_reason, '') end
            from energy.stream_position where topic = $1 and partition = $2 for update
            """,
            [.text(request.partition.topic), .int32(request.partition.partition)]
        )
        guard result.rowCount == 1 else {
            throw QueryFailure(
                "nothing of \(request.partition) was ever consumed: wattsource positions list shows what was"
            )
        }
        var status = PartitionStatus(request.partition)
        status.incarnation = result.int32(0, 0) ?? 0
        status.nextOffset = result.int64(0, 1) ?? 0
        status.haltReason = result.text(0, 2)
        return status
    }

    private func check(_ request: GapRequest, _ status: PartitionStatus) throws(QueryFailure) {
        guard status.haltReason != nil else {
            throw QueryFailure("\(request.partition) is not halted: it goes on by itself, and nothing is to be skipped")
        }
        guard !request.reason.allSatisfy(\.isWhitespace) else {
            throw QueryFailure("a gap needs a reason: say why these offsets can be done without")
        }
        guard request.to >= 0 else { throw QueryFailure("offsets begin at 0") }
        if !request.isNewIncarnation && request.to <= status.nextOffset {
            throw QueryFailure(
                "offset \(request.to) is not behind the next offset \(status.nextOffset) of \(request.partition): a gap skips forward; "
                    + "if the topic was made anew, add --new-incarnation"
            )
        }
    }

    private func write(_ request: GapRequest, _ status: PartitionStatus) throws(PostgresError) {
        let key: [PostgresParameter] = [.text(request.partition.topic), .int32(request.partition.partition)]
        _ = try connection.query(
            """
            insert into energy.stream_gap (topic, partition, incarnation, from_offset, to_offset, cause)
            values ($1, $2, $3, $4, $5, $6)
            """,
            key + [
                .int32(status.incarnation), .int64(status.nextOffset),
                .int64(request.isNewIncarnation ? status.nextOffset : request.to), .text(request.reason),
            ]
        )
        let position =
            request.isNewIncarnation
            ? "incarnation = incarnation + 1, first_offset = $3, next_offset = $3"
            : "next_offset = $3"
        // The watermark stays: it says up to when intervals may have been settled, which no gap takes back. The hash of the record before the gap's end is not known, and the ledger goes on with a row of its own.
        _ = try connection.query(
            """
            update energy.stream_position
            set \(position), state = 'running', halt_reason = null, epoch = epoch + 1, owner = null, owner_pid = null,
                owner_backend_start = null, at_end_since = null, anchor_hash = null, ledger_offset = null, updated_at = now()
            where topic = $1 and partition = $2
            """,
            key + [.int64(request.to)]
        )
    }
}
