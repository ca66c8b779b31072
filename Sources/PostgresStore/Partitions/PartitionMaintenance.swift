/// What has to be done to the partitioned tables and the ledger from time to time, whoever does it; doing it twice does no harm.
///
/// The session's role has to own the tables in order to drop partitions; making them needs only `execute` on `energy.ensure_partition`.
public final class PartitionMaintenance {
    /// How often a change is tried that could not get its locks.
    private static let attempts = 5

    private let connection: PostgresConnection
    private let width: PartitionWidth

    /// Maintenance over a connection that nobody else uses meanwhile.
    ///
    /// Counting a large partition takes its time: mind the connection's `transactionTimeout`.
    public init(_ connection: PostgresConnection, width: PartitionWidth) {
        self.connection = connection
        self.width = width
    }

    /// A partition that was dropped.
    public struct Dropped: Sendable, Equatable {
        /// The partition's name, without its schema.
        public var name: String
        /// How many rows it held.
        public var rows: Int64
    }

    /// Makes the partitions of all tables for a day and those after it; how many were new.
    ///
    /// - Parameters:
    ///   - day: the first UTC day, in days since 1970-01-01.
    ///   - days: how many days to make ahead after it.
    public func makeAhead(from day: Int32, days: Int32) throws(PostgresError) -> Int {
        var made = 0
        for table in PartitionedTable.allCases {
            made += try KnownPartitions.make(Array(day...day + max(0, days)), of: table, width: width, connection)
        }
        return made
    }

    /// Until when settlement needs no readings any more: every community that was ever settled is, nothing before it is due again, and it is
    /// at most the horizon, before which others may be due; `nil`: nothing is settled.
    ///
    /// What is due again before that which is sealed already needs none.
    public func settledUntil() throws(PostgresError) -> Int64? {
        let time = "case when due is null then settled else least(settled, greatest(due, sealed)) end"
        return try connection.query(
            """
            select \(PostgresTimestamp.sql(time))
            from (select least((select max(horizon) from energy.control),
                               (select min(settled_until) from energy.community_settlement)) as settled,
                         least((select min(from_at) from energy.due_span), (select min(from_at) from energy.due_mark)) as due,
                         (select max(readings_from) from energy.sealed) as sealed) t
            """
        ).int64(0, 0)
    }

    /// Drops the partitions of a table that hold nothing from a day on; for readings the books say how many went, and why.
    ///
    /// - Parameters:
    ///   - day: the first UTC day to keep, in days since 1970-01-01.
    ///   - reason: what `reading_event` says.
    /// - Returns: what was dropped. Each partition is a transaction of its own: after an error those before it are gone.
    public func drop(
        _ table: PartitionedTable,
        before day: Int32,
        reason: String
    ) throws(PostgresError) -> [Dropped] {
        let names = try connection.query(
            """
            select relname
            from (select c.relname, substring(c.relname from '_([0-9]{6}|[0-9]{8})$') as span
                  from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = $1::regclass) p
            where case length(span) when 8 then to_date(span, 'YYYYMMDD') + 1
                                    when 6 then (to_date(span, 'YYYYMM') + interval '1 month')::date end
                  <= date '1970-01-01' + $2
            order by span
            """,
            [.text("energy.\(table.rawValue)"), .int32(day)]
        )
        var dropped: [Dropped] = []
        for row in 0..<names.rowCount {
            guard let name = names.text(row, 0) else { continue }
            let rows = try retrying { () throws(PostgresError) in
                try connection.transaction { () throws(PostgresError) in try dropNow(name, of: table, reason) }
            }
            dropped.append(Dropped(name: name, rows: rows))
        }
        return dropped
    }

    /// Counts, writes into the books, detaches and drops, all in the caller's transaction; how many rows there were.
    ///
    /// `detach partition … concurrently` cannot be part of a transaction: a failure between it and the event would leave books that do not
    /// match the table. This form locks the parent, but only for the instant between the count and the commit, and gives up after two
    /// seconds.
    private func dropNow(_ name: String, of table: PartitionedTable, _ reason: String) throws(PostgresError) -> Int64 {
        // Writers wait, or we for them; readers go on.
        try connection.run(
            "set local lock_timeout = '2s'; lock table energy.\(name) in share row exclusive mode"
        )
        let rows = try connection.query("select count(*) from energy.\(name)").int64(0, 0) ?? 0
        if let relation = ReadingRelation(rawValue: table.rawValue) {
            try keepBooks(of: name, relation, rows: rows, reason)
            _ = try connection.query(
                """
                insert into energy.sealed as s (relation, readings_from)
                select $1, (regexp_match(pg_get_expr(relpartbound, oid), 'TO \\(''([^'']+)''\\)$'))[1]::timestamptz
                from pg_class where oid = $2::regclass
                on conflict (relation) do update set readings_from = greatest(s.readings_from, excluded.readings_from)
                """,
                [.text(relation.rawValue), .text("energy.\(name)")]
            )
        }
        if table == .deadLetter {
            // What the stream refused stays counted, so that the books balance.
            try connection.run(
                """
                insert into energy.dead_letter_tally as t (topic, partition, incarnation, day, reason, expired)
                select topic, partition, incarnation, (recorded_at at time zone 'UTC')::date, reason, count(*)
                from energy.\(name) where origin = 'stream' group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
                on conflict (topic, partition, incarnation, day, reason) do update set expired = t.expired + excluded.expired
                """
            )
        }
        try connection.run(
            "alter table energy.\(table.rawValue) detach partition energy.\(name); drop table energy.\(name)"
        )
        return rows
    }

    /// Writes down how many readings go, and lets what lost its place go with what kept it; what people discarded stays as evidence.
    private func keepBooks(
        of name: String,
        _ relation: ReadingRelation,
        rows: Int64,
        _ reason: String
    ) throws(PostgresError) {
        if rows > 0 {
            _ = try connection.query(
                "insert into energy.reading_event (kind, relation, readings, reason) values ('retention', $1, $2, $3)",
                [.text(relation.rawValue), .int64(-rows), .text(reason)]
            )
        }
        let span = try connection.query(
            "select min(\(relation.time))::text, max(\(relation.time))::text from energy.\(name)"
        )
        guard let from = span.text(0, 0), let until = span.text(0, 1) else { return }
        let isInterval = relation == .interval ? "is not null" : "is null"
        _ = try connection.query(
            """
            delete from energy.reading_history
            where measured_at between $1 and $2 and seconds \(isInterval) and cause <> 'discarded'
            """,
            [.text(from), .text(until)]
        )
    }

    /// Merges ledger rows that were written before a moment into longer contiguous ranges, one per partition, incarnation, epoch and
    /// UTC day of commit; how many rows less there are.
    ///
    /// The row that a position names as its newest is left alone: batches extend it.
    ///
    /// - Parameter age: how old a row has to be.
    public func compactLedger(olderThan age: Duration = .seconds(86_400)) throws(PostgresError) -> Int {
        try retrying { () throws(PostgresError) in
            try connection.transaction { () throws(PostgresError) in
                // Whoever does it already, does it for us.
                guard
                    try connection.query("select pg_try_advisory_xact_lock($1)", [.int64(Self.compactionKey)]).bool(
                        0,
                        0
                    ) == true
                else { return 0 }
                return try connection.query(Self.compaction, [.int64(age.components.seconds)]).affectedRows
            }
        }
    }

    /// The number of the advisory lock of compaction: "wattcomp" in ASCII.
    private static let compactionKey: Int64 = 0x7761_7474_636F_6D70

    /// Removes all rows of a run but the first, which takes the sum of all; its row count is that of the removed ones.
    private static let compaction = """
        with candidate as (
            select l.*, (l.committed_at at time zone 'UTC')::date as day
            from energy.ingest_batch l
            where l.committed_at < now() - make_interval(secs => $1)
              and not exists (select from energy.stream_position p
                              where p.topic = l.topic and p.partition = l.partition and p.incarnation = l.incarnation
                                and p.ledger_offset = l.first_offset)
        ), numbered as (
            select *, first_offset is distinct from lag(last_offset) over run + 1 as is_first
            from candidate window run as (partition by topic, partition, incarnation, epoch, day order by first_offset)
        ), grouped as (
            select *, count(*) filter (where is_first) over run as run_number
            from numbered window run as (partition by topic, partition, incarnation, epoch, day order by first_offset)
        ), merged as (
            select topic, partition, incarnation, min(first_offset) as first_offset, max(last_offset) as last_offset,
                   sum(records)::bigint as records, sum(skipped_records)::bigint as skipped_records,
                   sum(refused_records)::bigint as refused_records, sum(readings)::bigint as readings,
                   sum(accepted)::bigint as accepted, sum(duplicate)::bigint as duplicate, sum(replaced)::bigint as replaced,
                   sum(superseded)::bigint as superseded, sum(rejected)::bigint as rejected, max(committed_at) as committed_at
            from grouped group by topic, partition, incarnation, epoch, day, run_number having count(*) > 1
        ), extended as (
            update energy.ingest_batch l
            set last_offset = m.last_offset, records = m.records, skipped_records = m.skipped_records,
                refused_records = m.refused_records, readings = m.readings, accepted = m.accepted, duplicate = m.duplicate,
                replaced = m.replaced, superseded = m.superseded, rejected = m.rejected, committed_at = m.committed_at
            from merged m
            where l.topic = m.topic and l.partition = m.partition and l.incarnation = m.incarnation
              and l.first_offset = m.first_offset
        )
        delete from energy.ingest_batch l using merged m
        where l.topic = m.topic and l.partition = m.partition and l.incarnation = m.incarnation
          and l.first_offset > m.first_offset and l.last_offset <= m.last_offset
        """

    /// Runs a change again that did not get its locks.
    private func retrying<Result>(_ change: () throws(PostgresError) -> Result) throws(PostgresError) -> Result {
        var attempt = 0
        while true {
            attempt += 1
            do throws(PostgresError) {
                return try change()
            } catch {
                guard error.sqlState == "55P03" || error.sqlState == "40P01", attempt < Self.attempts else {
                    throw error
                }
                pause(.milliseconds(Int64.random(in: 50...500)))
            }
        }
    }
}
