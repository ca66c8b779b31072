internal import Ingestion
public import Settlement

/// The attribute loop's database: one connection, made when it is needed and made anew after it was lost.
///
/// One thread uses it. A claim is a transaction: whatever breaks it, nothing of it remains, and the community can be claimed again.
/// A second connection makes partitions, so that these are there, and their locks gone, whatever becomes of the claim.
public final class PostgresSettlementStore: SettlementStore {
    let settings: SettlementStoreSettings
    private var connection: PostgresConnection?
    private var partitionConnection: PostgresConnection?
    private var partitions = KnownPartitions()
    /// The community whose claim is open.
    private(set) var claimed: Int32?

    /// Makes a store; it connects at the first call.
    public init(_ settings: SettlementStoreSettings) { self.settings = settings }

    /// Makes a store with the usual limits; it connects at the first call.
    public convenience init(conninfo: String, partitionWidth: PartitionWidth) {
        self.init(SettlementStoreSettings(conninfo: conninfo, partitionWidth: partitionWidth))
    }

    /// Closes the connections, which undoes an open claim; the next call makes new ones.
    public func close() {
        claimed = nil
        connection?.close()
        connection = nil
        partitionConnection?.close()
        partitionConnection = nil
    }

    // MARK: The stream

    /// The stream's watermark; a partition that is halted, or not begun, holds it.
    public func streamWatermark(idleAfter: Duration) throws(SettlementFailure) -> Int64? {
        let rows = try perform { connection throws(PostgresError) in
            try connection.query(
                """
                with p as (
                    select watermark, state = 'halted' or coalesce(at_end_since > now() - $1 * interval '1 microsecond', true) as holds
                    from energy.stream_position
                )
                select \(PostgresTimestamp.sql(
                    "case when not bool_or(holds) then max(watermark) "
                        + "when bool_or(holds and watermark is null) then null else min(watermark) filter (where holds) end"
                ))
                from p
                """,
                [.int64(Int64(idleAfter / .microseconds(1)))]
            )
        }
        return rows.int64(0, 0)
    }

    /// Raises the horizon under the batch gate; touches neither if it is there already.
    public func advanceHorizon(to horizon: Int64) throws(SettlementFailure) {
        try perform { connection throws(PostgresError) in
            let isThere = try connection.query("select horizon >= $1 from energy.control", [.timestamp(horizon)])
            if isThere.bool(0, 0) == true { return }
            try connection.transaction { () throws(PostgresError) in
                try connection.run(limitWaiting)
                try connection.run(BatchGate.enterExclusively)
                _ = try connection.query(
                    "update energy.control set horizon = greatest(horizon, $1)",
                    [.timestamp(horizon)]
                )
            }
        }
    }

    // MARK: What is due

    /// The shortest grace of any rule, in microseconds.
    public func shortestGrace() throws(SettlementFailure) -> Int64? {
        try perform { connection throws(PostgresError) in
            try connection.query("select (extract(epoch from min(grace)) * 1000000)::bigint from energy.community_rule")
                .int64(0, 0)
        }
    }

    /// The codes of all communities.
    public func communityCodes() throws(SettlementFailure) -> [String] {
        let rows = try perform { connection throws(PostgresError) in
            try connection.query("select code from energy.community order by code collate \"C\"")
        }
        return (0..<rows.rowCount).compactMap { rows.text($0, 0) }
    }

    /// Makes a span of a community due again.
    public func requestSettlement(community: String, from: Int64, until: Int64) throws(SettlementFailure) {
        let rows = try perform { connection throws(PostgresError) in
            try connection.query(
                """
                insert into energy.due_span (community_id, from_at, until_at, cause)
                select community_id, $2, $3, 'requested' from energy.community where code = $1
                """,
                [.text(community), .timestamp(from), .timestamp(until)]
            )
        }
        guard rows.affectedRows == 1 else {
            throw SettlementFailure(
                isRetriable: false,
                "there is no community '\(community)': `wattsource registry export` lists them"
            )
        }
    }

    /// Turns due marks into due spans, in one statement, so that none is lost between.
    ///
    /// A mark is a closed span: it touches the intervals of its two ends too, and one whose ends are the same touches one interval.
    ///
    /// Only the time within participations matters; the marks of a device that takes part in nothing vanish. When the readings were received
    /// is kept, and spans apart by it, where some of a mark may be closed by then.
    public func distributeDueMarks() throws(SettlementFailure) -> Int {
        let rows = try perform { connection throws(PostgresError) in
            try connection.query(
                """
                with gone as (
                    delete from energy.due_mark returning device_id, from_at, until_at, received_at
                ), shortest as (
                    select community_id, min(corrections) as corrections from energy.community_rule group by community_id
                ), touched as (
                    select p.community_id,
                           tstzrange(g.from_at, g.until_at + interval '1 microsecond') * p.valid_during as span,
                           case when g.from_at < g.received_at - s.corrections then g.received_at end as received_at
                    from gone g join energy.participation p using (device_id) left join shortest s using (community_id)
                ), merged as (
                    select community_id, received_at, unnest(range_agg(span)) as span
                    from touched where not isempty(span) group by community_id, received_at
                ), due as (
                    insert into energy.due_span (community_id, from_at, until_at, cause, received_at)
                    select community_id, coalesce(lower(span), '-infinity'), coalesce(upper(span), 'infinity'), 'late', received_at
                    from merged
                )
                select count(*) from gone
                """
            )
        }
        return Int(rows.int64(0, 0) ?? 0)
    }

    /// Makes ripe intervals final.
    ///
    /// Rows that somebody holds are left for the next time, so that this waits for nobody.
    public func finalize(watermark: Int64) throws(SettlementFailure) -> Int {
        let rows = try perform { connection throws(PostgresError) in
            try connection.query(
                """
                with ripe as materialized (
                    select community_id, interval_start from energy.interval_status
                    where state = 'provisional' and final_at <= $1 for update skip locked
                )
                update energy.interval_status s set state = 'final' from ripe
                where s.community_id = ripe.community_id and s.interval_start = ripe.interval_start
                """,
                [.timestamp(watermark)]
            )
        }
        return rows.affectedRows
    }

    // MARK: The connection

    /// An SQL statement that limits, for the open transaction, how long it waits for locks.
    var limitWaiting: String {
        "set local lock_timeout = \(SQLText.milliseconds(settings.lockTimeout))"
    }

    /// Opens a claim's transaction; `body` gives the community that it locked, or `nil` if there is none.
    func openClaim<Result>(
        _ body: (PostgresConnection) throws(PostgresError) -> (community: Int32, result: Result)?
    ) throws(SettlementFailure) -> Result? {
        guard claimed == nil else { throw SettlementFailure(isRetriable: false, "a claim is open already") }
        return try perform { connection throws(PostgresError) in
            // Over many partitions compiling a statement takes longer than running it.
            try connection.run("begin; set local jit = off")
            do throws(PostgresError) {
                guard let (community, result) = try body(connection) else {
                    connection.rollback()
                    return nil
                }
                claimed = community
                return result
            } catch {
                connection.rollback()
                throw error
            }
        }
    }

    /// Does something within the claim.
    func inClaim<Result>(
        _ body: (PostgresConnection, _ community: Int32) throws(PostgresError) -> Result
    ) throws(SettlementFailure) -> Result {
        guard let claimed, let connection, connection.isInTransaction else {
            throw SettlementFailure(isRetriable: true, "the claim is lost: the connection to PostgreSQL broke")
        }
        return try perform { _ throws(PostgresError) in try body(connection, claimed) }
    }

    /// Commits the claim.
    func closeClaim() throws(SettlementFailure) {
        try inClaim { connection, _ throws(PostgresError) in try connection.commit() }
        claimed = nil
    }

    /// Rolls the claim back.
    public func abandon() {
        claimed = nil
        connection?.rollback()
    }

    /// Makes the partitions of `attribution` for the UTC days that hold these instants.
    func ensurePartitions(_ instants: some Sequence<Int64>) throws(SettlementFailure) {
        let days = Set(instants.map { Int32(clamping: $0.flooredDay) })
        do throws(PostgresError) {
            if partitionConnection?.isUsable != true {
                partitionConnection = try PostgresConnection(
                    settings.conninfo,
                    applicationName: settings.applicationName + " partitions"
                )
            }
            guard let partitionConnection else { return }
            try partitions.ensure(days, of: .attribution, width: settings.partitionWidth, partitionConnection)
        } catch {
            throw failure(error)
        }
    }

    func perform<Result>(
        _ body: (PostgresConnection) throws(PostgresError) -> Result
    ) throws(SettlementFailure) -> Result {
        do throws(PostgresError) { return try body(try connected()) } catch { throw failure(error) }
    }

    private func connected() throws(PostgresError) -> PostgresConnection {
        if let connection, connection.isUsable { return connection }
        claimed = nil
        let connection = try PostgresConnection(settings.conninfo, applicationName: settings.applicationName)
        connection.transactionTimeout = settings.transactionTimeout
        self.connection = connection
        return connection
    }

    /// What an error means for the loop.
    private func failure(_ error: PostgresError) -> SettlementFailure {
        if error.sqlState == "23514", error.constraint == nil {
            // No partition for the row: retention took one away. It is made again at the next try.
            partitions.forgetAll()
            return SettlementFailure(isRetriable: true, error.description)
        }
        let isRetriable =
            switch StoreFailureMapping.action(for: error, isCommitting: false) {
            case .retryLater, .retryNow, .outcomeUnknown, .registryChanged: true
            default: false
            }
        return SettlementFailure(isRetriable: isRetriable, error.description)
    }
}

extension Int64 {
    /// The UTC day of an instant: days since 1970-01-01.
    fileprivate var flooredDay: Int64 {
        let day = self / 86_400_000_000
        return self % 86_400_000_000 < 0 ? day - 1 : day
    }
}
