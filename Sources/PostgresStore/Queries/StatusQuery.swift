public import Ingestion

/// Reads how everything stands.
public struct StatusQuery {
    private let connection: PostgresConnection

    /// Asks over a connection, which must not be in a transaction.
    public init(_ connection: PostgresConnection) { self.connection = connection }

    /// Reads all of it in one snapshot.
    ///
    /// - Parameters:
    ///   - idleAfter: how long a partition has to be at its end before it does not hold the watermark any more.
    ///   - endOffsets: what the broker says are the partitions' ends, if it was asked; partitions that were never consumed appear too.
    public func status(idleAfter: Duration, endOffsets: [TopicPartition: Int64]? = nil) throws -> StatusSnapshot {
        try connection.snapshot {
            var status = StatusSnapshot()
            status.now = try connection.query("select \(PostgresTimestamp.sql("now()"))").int64(0, 0) ?? 0
            status.partitions = try partitions(endOffsets)
            status.watermark = Self.watermark(status.partitions, idleSince: status.now - microseconds(idleAfter))
            status.communities = try communities()
            status.dueMarks = try connection.query("select count(*) from energy.due_mark").int64(0, 0) ?? 0
            let ledger = LedgerQuery(connection)
            status.deadLetters = try ledger.deadLetters(where: "resolved_at is null")
            status.anomalies = try anomalies()
            status.ledger = try ledger.sums()
            return status
        }
    }

    /// Reads the partitions alone, by topic, then number.
    public func partitions() throws(PostgresError) -> [PartitionStatus] { try partitions(nil) }

    private func partitions(_ endOffsets: [TopicPartition: Int64]?) throws(PostgresError) -> [PartitionStatus] {
        // Other roles' sessions hide their beginning from whoever may not see statistics: then the process id alone has to do.
        let result = try connection.query(
            """
            select p.topic, p.partition, p.incarnation, p.first_offset, p.next_offset, p.epoch, p.owner,
                   exists (select from pg_stat_activity a
                           where a.pid = p.owner_pid and coalesce(a.backend_start, p.owner_backend_start) = p.owner_backend_start),
                   case when p.state = 'halted' then coalesce(p.halt_reason, 'no reason is recorded') end,
                   \(PostgresTimestamp.sql("p.watermark")), \(PostgresTimestamp.sql("p.at_end_since")),
                   \(PostgresTimestamp.sql("p.updated_at"))
            from energy.stream_position p
            """
        )
        var partitions: [PartitionStatus] = []
        var ends = endOffsets ?? [:]
        for row in 0..<result.rowCount {
            let partition = TopicPartition(topic: result.text(row, 0) ?? "", partition: result.int32(row, 1) ?? 0)
            var status = PartitionStatus(partition)
            status.incarnation = result.int32(row, 2) ?? 0
            status.firstOffset = result.int64(row, 3) ?? 0
            status.nextOffset = result.int64(row, 4) ?? 0
            status.epoch = result.int64(row, 5) ?? 0
            status.owner = result.text(row, 6)
            status.isOwnerConnected = result.bool(row, 7) ?? false
            status.haltReason = result.text(row, 8)
            status.watermark = result.int64(row, 9)
            status.atEndSince = result.int64(row, 10)
            status.updatedAt = result.int64(row, 11) ?? 0
            status.endOffset = ends.removeValue(forKey: partition)
            partitions.append(status)
        }
        for (partition, end) in ends {
            var status = PartitionStatus(partition)
            status.endOffset = end
            partitions.append(status)
        }
        return partitions.sorted { $0.partition < $1.partition }
    }

    /// The watermark by which intervals are due; see ``StatusSnapshot/watermark``.
    static func watermark(_ partitions: [PartitionStatus], idleSince: Int64) -> Int64? {
        let holding = partitions.filter { partition in
            partition.haltReason != nil || !(partition.atEndSince.map { $0 <= idleSince } ?? false)
        }
        if holding.isEmpty { return partitions.compactMap(\.watermark).max() }
        return holding.compactMap(\.watermark).min()
    }

    private func communities() throws(PostgresError) -> [CommunityStatus] {
        let result = try connection.query(
            """
            select c.code, \(PostgresTimestamp.sql("cs.settled_until")),
                   case when isfinite(cs.next_due_at) then \(PostgresTimestamp.sql("cs.next_due_at")) end,
                   (select count(*) from energy.due_span d where d.community_id = c.community_id),
                   coalesce(s.provisional, 0), coalesce(s.final, 0), coalesce(s.corrected, 0), coalesce(s.incomplete, 0),
                   (select count(*) from energy.anomaly a where a.resolution is null and exists (
                        select from energy.participation p where p.community_id = c.community_id and p.device_id = a.device_id
                          and p.valid_during && tstzrange(a.from_at, a.to_at, '[]'))),
                   (select count(*) from energy.late_span l where l.community_id = c.community_id)
            from energy.community c
            left join energy.community_settlement cs on cs.community_id = c.community_id
            left join (
                select community_id, count(*) filter (where state = 'provisional') as provisional,
                       count(*) filter (where state = 'final') as final, count(*) filter (where state = 'corrected') as corrected,
                       count(*) filter (where received < expected) as incomplete
                from energy.interval_status group by community_id) s on s.community_id = c.community_id
            order by c.code collate "C"
            """
        )
        return (0..<result.rowCount).map { row in
            var status = CommunityStatus(community: result.text(row, 0) ?? "")
            status.settledUntil = result.int64(row, 1)
            status.nextDueAt = result.int64(row, 2)
            status.dueSpans = result.int64(row, 3) ?? 0
            status.provisional = result.int64(row, 4) ?? 0
            status.final = result.int64(row, 5) ?? 0
            status.corrected = result.int64(row, 6) ?? 0
            status.incomplete = result.int64(row, 7) ?? 0
            status.anomalies = result.int64(row, 8) ?? 0
            status.lateSpans = result.int64(row, 9) ?? 0
            return status
        }
    }

    private func anomalies() throws(PostgresError) -> [ReasonCount] {
        let result = try connection.query(
            "select kind, count(*) from energy.anomaly where resolution is null group by kind order by 2 desc, 1"
        )
        return (0..<result.rowCount).map {
            ReasonCount(reason: result.text($0, 0) ?? "", count: result.int64($0, 1) ?? 0)
        }
    }

    private func microseconds(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
    }
}
