extension EnergyReportQuery {
    /// The meters that settled intervals of the span say are missing, and those that take part but have never said anything.
    ///
    /// Intervals that were settled before version 7 of the schema do not say which meters were missing; these only count as incomplete.
    func missingMeters(_ scope: ReportScope, _ report: EnergyReport) throws -> [EnergyReport.MissingMeter] {
        let result = try connection.query(
            """
            with lack as (
                select v.device_id, count(distinct s.interval_start) as missing
                from energy.interval_status s cross join unnest(s.missing) as v (device_id)
                where s.community_id = any($1) and s.interval_start >= $2 and s.interval_start < $3 and s.missing is not null
                group by v.device_id
            ), silent as (
                \(SilentMeterSQL.devices)
            )
            select d.hub_device_id, coalesce(m.code, ''), coalesce(m.name, ''), lack.missing
            from lack full join silent using (device_id)
            join energy.device d using (device_id)
            left join energy.member m on m.member_id = d.member_id
            where $4::integer is null or d.member_id = $4
            order by m.code collate "C" nulls last, d.hub_device_id collate "C"
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
