/// Reads energy reports: sums of the attribution that counts, over a span, by member, meter and period.
///
/// A community's report is about the parts of the meters that take part in it. A member's is about all of the energy of its meters: their
/// parts in all of their communities, and what takes part in none as grid and surplus.
///
/// All sums are made by PostgreSQL, on integers. Periods are cut on the few rows of `interval_status`, not on the many of `attribution`.
public struct EnergyReportQuery {
    let connection: PostgresConnection

    /// Asks over a connection, which must not be in a transaction.
    public init(_ connection: PostgresConnection) { self.connection = connection }

    /// Reads one report, in one snapshot.
    ///
    /// - Throws: ``QueryFailure`` if there is no such community or member, or nothing is settled in the span; ``StoredContradiction``
    ///   if neighbours' flows do not add up; ``PostgresError``.
    public func report(_ request: EnergyReportRequest) throws -> EnergyReport {
        try connection.snapshot {
            var (report, scope, _) = try read(request)
            if let detail = request.neighbours {
                report.neighbours = try NeighbourQuery(connection, scope, report).neighbours(by: detail)
            }
            return report
        }
    }

    /// Reads a report within the snapshot that is open; says what it is about, and the number of each of its members.
    func read(
        _ request: EnergyReportRequest
    ) throws -> (report: EnergyReport, scope: ReportScope, memberIDs: [Int32?]) {
        var report = EnergyReport()
        let scope = try ReportScope.find(request, connection)
        report.community = scope.community
        report.communityName = scope.communityName
        report.timeZone = scope.timeZone
        report.member = scope.member
        try connection.useTimeZone(scope.timeZone)
        // The sums join every interval with every row of the span. Right after a backfill the tables have no statistics yet, the
        // planner takes the span for a handful of rows, and a nested loop over it takes minutes instead of a second.
        try connection.run("set local enable_nestloop = off")
        try setSpan(of: &report, scope, request)
        report.sharingKeys = try sharingKeys(scope, report)
        try addPeriods(to: &report, scope)
        let memberIDs = try addSums(to: &report, scope, wantsMemberPeriods: request.wantsMemberPeriods)
        report.missingMeters = try missingMeters(scope, report)
        report.ledger = try LedgerQuery(connection).sums()
        return (report, scope, memberIDs)
    }

    // MARK: The span

    /// Sets the span and the length of its periods.
    private func setSpan(of report: inout EnergyReport, _ scope: ReportScope, _ request: EnergyReportRequest) throws {
        let span = try ReportSpan.find(scope, from: request.from, until: request.until, connection)
        report.from = span.from
        report.until = span.until
        report.fromLabel = span.fromLabel
        report.untilLabel = span.untilLabel
        let days = (report.until - report.from) / 86_400_000_000
        report.period = request.period ?? (days > 62 ? .month : days > 2 ? .day : .hour)
    }

    /// The sharing keys within the span, each once where it holds without a break.
    private func sharingKeys(_ scope: ReportScope, _ report: EnergyReport) throws -> [String] {
        let result = try connection.query(
            """
            select sharing_key from energy.community_rule
            where community_id = any($1) and valid_during && tstzrange($2, $3) order by community_id, lower(valid_during) nulls first
            """,
            scope.parameters(report)
        )
        var keys: [String] = []
        for row in 0..<result.rowCount {
            let key = result.text(row, 0) ?? ""
            if key != keys.last { keys.append(key) }
        }
        return keys
    }

    // MARK: The periods

    /// The settled intervals of the span, each with the beginning of its period.
    func intervals(by period: ReportPeriod) -> String {
        // Materialized, so that the period is computed once per interval instead of once per meter and interval.
        """
        with span as materialized (
            select community_id, interval_start, interval_end, revision, state, received < expected as is_incomplete,
                   date_trunc('\(period)', interval_start) as period_start
            from energy.interval_status
            where community_id = any($1) and interval_start >= $2 and interval_start < $3
        )
        """
    }

    /// Adds every period of the span that has a settled interval, still without energy.
    ///
    /// An interval of several communities is one, and as firm and complete as the least of them. Settled is the time of an interval in which
    /// every community in which a meter of the member takes part then is settled.
    private func addPeriods(to report: inout EnergyReport, _ scope: ReportScope) throws {
        let label =
            switch report.period {
            case .hour: ReportSpan.instantFormat
            case .day: "'YYYY-MM-DD'"
            case .month: "'YYYY-MM'"
            case .year: "'YYYY'"
            }
        let result = try connection.query(
            """
            \(intervals(by: report.period)), moment as (
                select interval_start, period_start, bool_or(state = 'provisional') as is_provisional, bool_or(state = 'corrected') as is_corrected,
                       bool_or(is_incomplete) as is_incomplete
                from span group by interval_start, interval_end, period_start
            ), covered as (
                select community_id, range_agg(tstzrange(interval_start, interval_end)) as during
                from energy.interval_status where community_id = any($1) and interval_end > $2 and interval_start < $3
                group by community_id
            ), lacking as (
                select range_agg(tstzmultirange(p.valid_during) - coalesce(c.during, '{}')) as during
                from energy.participation p
                join energy.device d on d.device_id = p.device_id and d.member_id = $4
                left join covered c on c.community_id = p.community_id
            ), settled as materialized (
                select coalesce((select range_agg(during) from covered), '{}') - coalesce((select during from lacking), '{}') as during
            ), period as (
                select period_start, greatest(period_start, $2) as starts, least(period_start + interval '1 \(report.period)', $3) as ends,
                       count(*) filter (where is_provisional) as provisional,
                       count(*) filter (where not is_provisional and not is_corrected) as final,
                       count(*) filter (where not is_provisional and is_corrected) as corrected,
                       count(*) filter (where is_incomplete) as incomplete
                from moment group by period_start
            )
            select \(PostgresTimestamp.sql("starts")), \(PostgresTimestamp.sql("ends")), to_char(period_start, \(label)),
                   provisional, final, corrected, incomplete,
                   (extract(epoch from ends - starts - coalesce(
                       (select sum(upper(r) - lower(r)) from settled, unnest(settled.during * tstzmultirange(tstzrange(starts, ends))) as r),
                       interval '0')) * 1000000)::bigint
            from period order by period_start
            """,
            scope.parameters(report) + [.optional(scope.memberID)]
        )
        for row in 0..<result.rowCount {
            let period = EnergyReport.Period(
                start: result.int64(row, 0) ?? 0,
                end: result.int64(row, 1) ?? 0,
                label: result.text(row, 2) ?? ""
            )
            let intervals = EnergyReport.Intervals(
                provisional: result.int64(row, 3) ?? 0,
                final: result.int64(row, 4) ?? 0,
                corrected: result.int64(row, 5) ?? 0,
                incomplete: result.int64(row, 6) ?? 0,
                unsettled: max(0, result.int64(row, 7) ?? 0)
            )
            report.periods.append(.init(period: period, sums: EnergySums(), intervals: intervals))
        }
        var covered: Int64 = 0
        for line in report.periods {
            report.intervals.provisional += line.intervals.provisional
            report.intervals.final += line.intervals.final
            report.intervals.corrected += line.intervals.corrected
            report.intervals.incomplete += line.intervals.incomplete
            covered += line.period.end - line.period.start - line.intervals.unsettled
        }
        report.intervals.unsettled = max(0, report.until - report.from - covered)
    }
}
