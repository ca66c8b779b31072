extension EnergyReportQuery {
    /// Adds all sums: in all, by member, by meter, by period and, if wanted, by member and period; of a member also by community.
    ///
    /// - Returns: the number of each of the report's members; `nil`: the meters of none.
    func addSums(
        to report: inout EnergyReport,
        _ scope: ReportScope,
        wantsMemberPeriods: Bool
    ) throws -> [Int32?] {
        let result = try connection.query(
            """
            \(intervals(by: report.period))
            select case when grouping(s.period_start) = 0 then \(PostgresTimestamp.sql("greatest(s.period_start, $2)")) end,
                   coalesce(m.code, ''), coalesce(m.name, ''), d.hub_device_id, s.community_id,
                   grouping(s.period_start, d.member_id, d.device_id, s.community_id), count(*),
                   coalesce(sum(a.import_wh), 0)::bigint, coalesce(sum(a.community_wh), 0)::bigint,
                   coalesce(sum(a.grid_wh), 0)::bigint, coalesce(sum(a.export_wh), 0)::bigint,
                   coalesce(sum(a.shared_wh), 0)::bigint, coalesce(sum(a.surplus_wh), 0)::bigint,
                   coalesce(sum(a.unshared_import_wh), 0)::bigint, coalesce(sum(a.unshared_export_wh), 0)::bigint,
                   d.member_id
            from span s
            join energy.attribution a
                on a.community_id = s.community_id and a.interval_start = s.interval_start and a.revision = s.revision
                and a.community_id = any($1) and a.interval_start >= $2 and a.interval_start < $3
            join energy.device d on d.device_id = a.device_id
            left join energy.member m on m.member_id = d.member_id
            where $4::integer is null or d.member_id = $4
            group by grouping sets (
                (), (s.period_start), (d.member_id, m.code, m.name), (d.member_id, m.code, m.name, d.device_id, d.hub_device_id),
                (s.community_id)\(wantsMemberPeriods ? ", (d.member_id, m.code, m.name, s.period_start)" : "")
            )
            order by m.code collate "C" nulls last, d.hub_device_id collate "C" nulls first, s.period_start
            """,
            scope.parameters(report) + [.optional(scope.memberID)]
        )
        var index: [Int64: Int] = [:]
        for (place, line) in report.periods.enumerated() { index[line.period.start] = place }
        var memberIDs: [Int32?] = []
        var ofCommunities: [Int32: EnergySums] = [:]
        for row in 0..<result.rowCount {
            let parts = Self.parts(result, row)
            let unshared = Self.unshared(result, row)
            // What takes part in no community is the member's, and not the community's.
            let sums = scope.memberID == nil ? parts : parts + unshared
            let member = EnergyReport.Member(code: result.text(row, 1) ?? "", name: result.text(row, 2) ?? "")
            let place = result.int64(row, 0).flatMap { index[$0] }
            // One bit per column that the row is not about: period, member, device, community.
            switch (result.int64(row, 5), place) {
            case (0b1111, _):
                report.totals = sums
                if scope.memberID != nil { report.unshared = unshared }
            case (0b0111, let place?): report.periods[place].sums = sums
            case (0b1011, _):
                report.members.append(.init(member: member, sums: sums))
                memberIDs.append(result.int32(row, 15))
            case (0b1001, _):
                report.meters.append(.init(hubDeviceID: result.text(row, 3) ?? "", member: member, sums: sums))
            case (0b1110, _): ofCommunities[result.int32(row, 4) ?? 0] = parts
            case (0b0011, let place?):
                report.memberPeriods.append(
                    .init(
                        member: member,
                        period: report.periods[place].period,
                        sums: sums,
                        values: result.int64(row, 6) ?? 0,
                        state: report.periods[place].intervals.state
                    )
                )
            default: break
            }
        }
        if scope.memberID == nil { return memberIDs }
        report.communities = scope.communities.map {
            .init(code: $0.code, name: $0.name, sums: ofCommunities[$0.id] ?? EnergySums())
        }
        return memberIDs
    }

    /// The parts that take part in communities.
    private static func parts(_ result: PostgresResult, _ row: Int) -> EnergySums {
        EnergySums(
            importWh: result.int64(row, 7) ?? 0,
            communityWh: result.int64(row, 8) ?? 0,
            gridWh: result.int64(row, 9) ?? 0,
            exportWh: result.int64(row, 10) ?? 0,
            sharedWh: result.int64(row, 11) ?? 0,
            surplusWh: result.int64(row, 12) ?? 0
        )
    }

    /// What takes part in none: it comes from the grid, and is surplus.
    private static func unshared(_ result: PostgresResult, _ row: Int) -> EnergySums {
        let (imported, exported) = (result.int64(row, 13) ?? 0, result.int64(row, 14) ?? 0)
        return EnergySums(importWh: imported, gridWh: imported, exportWh: exported, surplusWh: exported)
    }
}
