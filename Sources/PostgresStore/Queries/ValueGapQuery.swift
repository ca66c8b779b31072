/// Reads what is missing or estimated in settled intervals, meter by meter.
///
/// Of the gaps only those of one meter are held at a time.
public struct ValueGapQuery {
    private let connection: PostgresConnection

    /// Asks over a connection, which must not be in a transaction.
    public init(_ connection: PostgresConnection) { self.connection = connection }

    /// Reads the gaps of a community's meters, or of a member's in all of their communities, in one snapshot.
    ///
    /// Intervals that were settled before version 7 of the schema do not say which meters were missing, see
    /// ``ValueGapReport/unnamedIntervals``.
    ///
    /// - Parameters:
    ///   - request: what to look at; its periods do not count.
    ///   - withEstimated: whether estimated values are gaps, too.
    ///   - begin: gets what the list is about, with the silent meters, before the first gap.
    ///   - meter: gets the gaps of one meter, at least one, in order of time; meters come in order of member, then name on the hub.
    /// - Throws: ``QueryFailure`` if there is no such community or member, or nothing is settled in the span; ``PostgresError``; what
    ///   `begin` and `meter` throw.
    public func gaps(
        _ request: EnergyReportRequest,
        withEstimated: Bool,
        begin: (ValueGapReport) throws -> Void,
        meter: ([ValueGap]) throws -> Void
    ) throws {
        try connection.snapshot {
            let scope = try ReportScope.find(request, connection)
            try connection.useTimeZone(scope.timeZone)
            let span = try ReportSpan.find(scope, from: request.from, until: request.until, connection)
            var report = ValueGapReport()
            report.community = scope.community
            report.communityName = scope.communityName
            report.timeZone = scope.timeZone
            report.member = scope.member
            report.from = span.from
            report.until = span.until
            report.fromLabel = span.fromLabel
            report.untilLabel = span.untilLabel
            // As for sums: with tables of unknown size a nested loop is tempting, and slow.
            try connection.run("set local enable_nestloop = off")
            report.silent = try silent(scope, span)
            report.unnamedIntervals = try unnamedIntervals(scope, span)
            try begin(report)
            try read(scope, span, withEstimated: withEstimated, meter)
        }
    }

    // MARK: Slots

    private func read(
        _ scope: ReportScope,
        _ span: ReportSpan,
        withEstimated: Bool,
        _ meter: ([ValueGap]) throws -> Void
    ) throws {
        var codes: [Int32: String] = [:]
        for community in scope.communities { codes[community.id] = community.code }
        var device: Int32?
        var names = (hubDeviceID: "", member: "")
        var merger = ValueGapMerger()
        // COPY cannot be left half-way, so whatever goes wrong waits until it has ended.
        var failure: (any Error)?
        func finishMeter() {
            guard failure == nil, !merger.gaps.isEmpty else { return }
            do { try meter(merger.gaps) } catch { failure = error }
        }
        try connection.copyOut(Self.copySlots(scope, span, withEstimated: withEstimated)) { row in
            var fields = CopyRowCursor()
            let next = fields.int32(row)
            let community = fields.int32(row) ?? 0
            let from = fields.timestamp(row) ?? 0
            let until = fields.timestamp(row) ?? 0
            let isEstimated = fields.bool(row) ?? false
            if next != device {
                finishMeter()
                device = next
                names = (fields.text(row) ?? "", fields.text(row) ?? "")
                merger = ValueGapMerger()
            }
            merger.add(
                ValueGap(
                    community: codes[community] ?? "",
                    member: names.member,
                    hubDeviceID: names.hubDeviceID,
                    from: from,
                    until: until,
                    slots: 1,
                    kind: isEstimated ? .estimated : .missing
                )
            )
        }
        finishMeter()
        if let failure { throw failure }
    }

    /// Copies out every slot that is missing or estimated, in order of meter, then time.
    private static func copySlots(_ scope: ReportScope, _ span: ReportSpan, withEstimated: Bool) -> String {
        let communities = "any(\(scope.communityList))"
        let within = { (alias: String) in
            """
            \(alias).community_id = \(communities) and \(alias).interval_start >= \(PostgresTimestamp.literal(span.from)) \
            and \(alias).interval_start < \(PostgresTimestamp.literal(span.until))
            """
        }
        let estimated = """
            union all
            select a.device_id, a.community_id, a.interval_start, s.interval_end, true
            from energy.interval_status s
            join energy.attribution a
                on a.community_id = s.community_id and a.interval_start = s.interval_start and a.revision = s.revision
            where a.quality = 'E' and \(within("a")) and \(within("s"))
            """
        return """
            copy (
                select v.device_id, v.community_id, v.starts, v.ends, v.is_estimated, d.hub_device_id, coalesce(m.code, '')
                from (
                    select u.device_id, s.community_id, s.interval_start as starts, s.interval_end as ends, false as is_estimated
                    from energy.interval_status s cross join unnest(s.missing) as u (device_id)
                    where s.missing is not null and \(within("s"))
                    \(withEstimated ? estimated : "")
                ) as v
                join energy.device d on d.device_id = v.device_id
                left join energy.member m on m.member_id = d.member_id
                \(scope.memberID.map { "where d.member_id = \($0)" } ?? "")
                order by m.code collate "C" nulls last, d.hub_device_id collate "C", v.starts, v.ends, v.community_id
            ) to stdout (format binary)
            """
    }

    // MARK: What has no slots

    /// The silent meters, each with the first and the last settled interval of the span in which it takes part.
    private func silent(_ scope: ReportScope, _ span: ReportSpan) throws(PostgresError) -> [ValueGap] {
        let result = try connection.query(
            """
            with silent as (\(SilentMeterSQL.devices))
            select min(c.code collate "C"), coalesce(m.code, ''), d.hub_device_id, count(distinct s.interval_start),
                   \(PostgresTimestamp.sql("min(s.interval_start)")), \(PostgresTimestamp.sql("max(s.interval_end)"))
            from silent
            join energy.participation p using (device_id)
            join energy.interval_status s on s.community_id = p.community_id and p.valid_during @> s.interval_start
            join energy.community c on c.community_id = s.community_id
            join energy.device d using (device_id)
            left join energy.member m on m.member_id = d.member_id
            where s.community_id = any($1) and s.interval_start >= $2 and s.interval_start < $3 and ($4::integer is null or d.member_id = $4)
            group by m.code, d.hub_device_id
            order by m.code collate "C" nulls last, d.hub_device_id collate "C"
            """,
            parameters(scope, span) + [.optional(scope.memberID)]
        )
        return (0..<result.rowCount).map { row in
            ValueGap(
                community: result.text(row, 0) ?? "",
                member: result.text(row, 1) ?? "",
                hubDeviceID: result.text(row, 2) ?? "",
                from: result.int64(row, 4) ?? 0,
                until: result.int64(row, 5) ?? 0,
                slots: result.int64(row, 3) ?? 0,
                kind: .silent
            )
        }
    }

    private func unnamedIntervals(_ scope: ReportScope, _ span: ReportSpan) throws(PostgresError) -> Int64 {
        let result = try connection.query(
            """
            select count(*) from energy.interval_status
            where community_id = any($1) and interval_start >= $2 and interval_start < $3
              and received < expected and coalesce(cardinality(missing), 0) < expected - received
            """,
            parameters(scope, span)
        )
        return result.int64(0, 0) ?? 0
    }

    private func parameters(_ scope: ReportScope, _ span: ReportSpan) -> [PostgresParameter] {
        [.int32Array(scope.communities.map(\.id)), .timestamp(span.from), .timestamp(span.until)]
    }
}
