/// Reads energy reports: sums of the attribution that counts, over a span, by member, meter and period.
///
/// All sums are made by PostgreSQL, on integers. Periods are cut on the few rows of `interval_status`, not on the many of `attribution`.
public struct EnergyReportQuery {
    private let connection: PostgresConnection

    /// Asks over a connection, which must not be in a transaction.
    public init(_ connection: PostgresConnection) { self.connection = connection }

    /// Reads one report, in one snapshot.
    ///
    /// - Throws: ``QueryFailure`` if there is no such community or member, or nothing is settled in the span; ``StoredContradiction``
    ///   if neighbours' flows do not add up; ``PostgresError``.
    public func report(_ request: EnergyReportRequest) throws -> EnergyReport {
        try connection.snapshot {
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
            try addSums(to: &report, scope, wantsMemberPeriods: request.wantsMemberPeriods)
            report.missingMeters = try missingMeters(scope, report)
            report.ledger = try LedgerQuery(connection).sums()
            if let detail = request.neighbours {
                report.neighbours = try NeighbourQuery(connection, scope, report).neighbours(by: detail)
            }
            return report
        }
    }

    // MARK: The span

    /// Sets the span and the length of its periods.
    private func setSpan(of report: inout EnergyReport, _ scope: ReportScope, _ request: EnergyReportRequest) throws {
        let settled = try connection.query(
            """
            select \(PostgresTimestamp.sql("min(interval_start)")), \(PostgresTimestamp.sql("max(interval_end)"))
            from energy.interval_status where community_id = $1
            """,
            [.int32(scope.communityID)]
        )
        guard let settledFrom = settled.int64(0, 0), let settledUntil = settled.int64(0, 1) else {
            throw QueryFailure(
                "nothing of community \(scope.community) is settled yet: wattsource status says what it waits for"
            )
        }
        report.from = try request.from.map(instant) ?? settledFrom
        report.until = try request.until.map(instant) ?? settledUntil
        guard report.from < report.until else {
            let hint =
                request.from != nil && request.until != nil
                ? "the span ends before it begins: --to has to be later than --from"
                : "the span is outside of what is settled of community \(scope.community)"
            throw QueryFailure(hint)
        }
        let labels = try connection.query(
            "select to_char($1, \(Self.instantFormat)), to_char($2, \(Self.instantFormat))",
            [.timestamp(report.from), .timestamp(report.until)]
        )
        report.fromLabel = labels.text(0, 0) ?? ""
        report.untilLabel = labels.text(0, 1) ?? ""
        let days = (report.until - report.from) / 86_400_000_000
        report.period = request.period ?? (days > 62 ? .month : days > 2 ? .day : .hour)
    }

    /// How PostgreSQL prints local times: the date, the minute and the offset from UTC.
    private static let instantFormat = "'YYYY-MM-DD HH24:MITZH:TZM'"

    /// The instant of a bound; a local date begins at the community's midnight, or what comes first after it.
    private func instant(_ bound: ReportBound) throws -> Int64 {
        switch bound {
        case .instant(let instant): return instant
        case .localDate(let year, let month, let day):
            // The session's time zone is the community's.
            let result = try connection.query(
                "select \(PostgresTimestamp.sql("make_timestamptz($1, $2, $3, 0, 0, 0)"))",
                [.int32(year), .int32(month), .int32(day)]
            )
            return result.int64(0, 0) ?? 0
        }
    }

    /// The sharing keys within the span, each once where it holds without a break.
    private func sharingKeys(_ scope: ReportScope, _ report: EnergyReport) throws -> [String] {
        let result = try connection.query(
            """
            select sharing_key from energy.community_rule
            where community_id = $1 and valid_during && tstzrange($2, $3) order by lower(valid_during) nulls first
            """,
            [.int32(scope.communityID), .timestamp(report.from), .timestamp(report.until)]
        )
        var keys: [String] = []
        for row in 0..<result.rowCount {
            let key = result.text(row, 0) ?? ""
            if key != keys.last { keys.append(key) }
        }
        return keys
    }

    // MARK: The sums

    /// The settled intervals of the span, each with the beginning of its period.
    private func intervals(by period: ReportPeriod) -> String {
        // Materialized, so that the period is computed once per interval instead of once per meter and interval.
        """
        with span as materialized (
            select interval_start, interval_end, revision, state, received < expected as is_incomplete,
                   date_trunc('\(period)', interval_start) as period_start
            from energy.interval_status
            where community_id = $1 and interval_start >= $2 and interval_start < $3
        )
        """
    }

    /// Adds every period of the span that has a settled interval, still without energy.
    private func addPeriods(to report: inout EnergyReport, _ scope: ReportScope) throws {
        let label =
            switch report.period {
            case .hour: Self.instantFormat
            case .day: "'YYYY-MM-DD'"
            case .month: "'YYYY-MM'"
            }
        let result = try connection.query(
            """
            \(intervals(by: report.period)), period as (
                select period_start, greatest(period_start, $2) as starts, least(period_start + interval '1 \(report.period)', $3) as ends,
                       count(*) filter (where state = 'provisional') as provisional,
                       count(*) filter (where state = 'final') as final,
                       count(*) filter (where state = 'corrected') as corrected,
                       count(*) filter (where is_incomplete) as incomplete,
                       sum(least(interval_end, $3) - interval_start) as settled
                from span group by period_start
            )
            select \(PostgresTimestamp.sql("starts")), \(PostgresTimestamp.sql("ends")), to_char(period_start, \(label)),
                   provisional, final, corrected, incomplete, (extract(epoch from ends - starts - settled) * 1000000)::bigint
            from period order by period_start
            """,
            scope.parameters(report)
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

    /// Adds all sums: in all, by member, by meter, by period and, if wanted, by member and period.
    private func addSums(to report: inout EnergyReport, _ scope: ReportScope, wantsMemberPeriods: Bool) throws {
        let result = try connection.query(
            """
            \(intervals(by: report.period))
            select case when grouping(s.period_start) = 0 then \(PostgresTimestamp.sql("greatest(s.period_start, $2)")) end,
                   coalesce(m.code, ''), coalesce(m.name, ''), d.hub_device_id, grouping(s.period_start, d.member_id, d.device_id),
                   coalesce(sum(a.import_wh), 0)::bigint, coalesce(sum(a.community_wh), 0)::bigint,
                   coalesce(sum(a.grid_wh), 0)::bigint, coalesce(sum(a.export_wh), 0)::bigint,
                   coalesce(sum(a.shared_wh), 0)::bigint, coalesce(sum(a.surplus_wh), 0)::bigint, count(*)
            from span s
            join energy.attribution a
                on a.community_id = $1 and a.interval_start = s.interval_start and a.revision = s.revision
                and a.interval_start >= $2 and a.interval_start < $3
            join energy.device d on d.device_id = a.device_id
            left join energy.member m on m.member_id = d.member_id
            where $4::integer is null or d.member_id = $4
            group by grouping sets (
                (), (s.period_start), (d.member_id, m.code, m.name), (d.member_id, m.code, m.name, d.device_id, d.hub_device_id)
                \(wantsMemberPeriods ? ", (d.member_id, m.code, m.name, s.period_start)" : "")
            )
            order by m.code collate "C" nulls last, d.hub_device_id collate "C" nulls first, s.period_start
            """,
            scope.parameters(report) + [.optional(scope.memberID)]
        )
        var index: [Int64: Int] = [:]
        for (place, line) in report.periods.enumerated() { index[line.period.start] = place }
        for row in 0..<result.rowCount {
            let sums = EnergySums(
                importWh: result.int64(row, 5) ?? 0,
                communityWh: result.int64(row, 6) ?? 0,
                gridWh: result.int64(row, 7) ?? 0,
                exportWh: result.int64(row, 8) ?? 0,
                sharedWh: result.int64(row, 9) ?? 0,
                surplusWh: result.int64(row, 10) ?? 0
            )
            let member = EnergyReport.Member(code: result.text(row, 1) ?? "", name: result.text(row, 2) ?? "")
            let place = result.int64(row, 0).flatMap { index[$0] }
            // One bit per column that the row is not about: period, member, device.
            switch (result.int64(row, 4), place) {
            case (0b111, _): report.totals = sums
            case (0b011, let place?): report.periods[place].sums = sums
            case (0b101, _): report.members.append(.init(member: member, sums: sums))
            case (0b100, _):
                report.meters.append(.init(hubDeviceID: result.text(row, 3) ?? "", member: member, sums: sums))
            case (0b001, let place?):
                report.memberPeriods.append(
                    .init(
                        member: member,
                        period: report.periods[place].period,
                        sums: sums,
                        values: result.int64(row, 11) ?? 0,
                        state: report.periods[place].intervals.state
                    )
                )
            default: break
            }
        }
    }

    // MARK: Missing meters

    /// The meters that take part in settled intervals of the span without having a value there.
    ///
    /// A meter is expected from its first stored reading on (where retention took that, from its first attribution).
    private func missingMeters(_ scope: ReportScope, _ report: EnergyReport) throws -> [EnergyReport.MissingMeter] {
        let result = try connection.query(
            """
            with part as (
                select p.device_id, d.member_id, d.hub_device_id, p.valid_during,
                       least(
                           (select min(r.measured_at) from energy.reading r where r.device_id = p.device_id),
                           (select min(r.interval_start) from energy.interval_reading r where r.device_id = p.device_id),
                           (select min(a.interval_start) from energy.attribution a
                            where a.community_id = $1 and a.device_id = p.device_id
                                and a.interval_start >= $2 and a.interval_start < $3)
                       ) as first_at
                from energy.participation p
                join energy.device d on d.device_id = p.device_id
                where p.community_id = $1 and p.valid_during && tstzrange($2, $3) and ($4::integer is null or d.member_id = $4)
            ), lack as (
                select part.device_id, part.member_id, part.hub_device_id, bool_and(part.first_at is null) as is_silent,
                       sum((select count(*) from energy.interval_status s
                            left join energy.attribution a
                                on a.community_id = $1 and a.interval_start = s.interval_start and a.device_id = part.device_id
                                and a.revision = s.revision and a.interval_start >= $2 and a.interval_start < $3
                            where s.community_id = $1 and s.interval_start >= $2 and s.interval_start < $3
                                and s.received < s.expected
                                and s.interval_start >= part.first_at and part.valid_during @> s.interval_start
                                and a.device_id is null)) as missing
                from part group by part.device_id, part.member_id, part.hub_device_id
            )
            select lack.hub_device_id, coalesce(m.code, ''), coalesce(m.name, ''), case when not lack.is_silent then lack.missing end
            from lack left join energy.member m on m.member_id = lack.member_id
            where lack.is_silent or lack.missing > 0
            order by m.code collate "C" nulls last, lack.hub_device_id collate "C"
            """,
            scope.parameters(report) + [.optional(scope.memberID)]
        )
        return (0..<result.rowCount).map { row in
            EnergyReport.MissingMeter(
                hubDeviceID: result.text(row, 0) ?? "",
                member: .init(code: result.text(row, 1) ?? "", name: result.text(row, 2) ?? ""),
                missing: result.int64(row, 3)
            )
        }
    }
}
