internal import EnergySharing

extension EnergyReportQuery {
    /// Reads a report, and then the rows that its sums are made of, one after the other, in the same snapshot.
    ///
    /// The rows come in order of their interval's beginning, then its length, so that all of an interval come together. They are not held:
    /// a day at a time is sorted by PostgreSQL.
    ///
    /// - Parameters:
    ///   - request: what the report is about.
    ///   - begin: gets the report before the first row.
    ///   - row: gets each row, until it throws.
    /// - Throws: ``QueryFailure`` and ``PostgresError`` as ``report(_:)``; what `begin` and `row` throw.
    public func report(
        _ request: EnergyReportRequest,
        begin: (EnergyReport) throws -> Void,
        row: (EnergyRow) throws -> Void
    ) throws {
        try connection.snapshot {
            let (report, scope, memberIDs) = try read(request)
            try begin(report)
            var places: [Int32: Int] = [:]
            for (place, memberID) in memberIDs.enumerated() { places[memberID ?? 0] = place }
            // COPY cannot be left half-way, so what goes wrong waits until the day has ended.
            var failure: (any Error)?
            var from = report.from
            while from < report.until {
                let until = min(from + 86_400_000_000, report.until)
                try connection.copyOut(Self.copyRows(scope, from: from, until: until)) { bytes in
                    var fields = CopyRowCursor()
                    let memberID = fields.int32(bytes) ?? 0
                    let start = fields.timestamp(bytes) ?? 0
                    let end = fields.timestamp(bytes) ?? 0
                    let communityWh = fields.int64(bytes) ?? 0
                    let gridWh = fields.int64(bytes) ?? 0
                    let sharedWh = fields.int64(bytes) ?? 0
                    let surplusWh = fields.int64(bytes) ?? 0
                    // The sums have named every member, in the same snapshot.
                    guard failure == nil, let member = places[memberID] else { return }
                    let energy = EnergyBySource(
                        communityWh: communityWh,
                        gridWh: gridWh,
                        sharedWh: sharedWh,
                        surplusWh: surplusWh
                    )
                    do {
                        try row(EnergyRow(start: start, length: end - start, member: member, energy: energy))
                    } catch { failure = error }
                }
                if let failure { throw failure }
                from = until
            }
        }
    }

    /// Copies out what begins in [`from`, `until`).
    private static func copyRows(_ scope: ReportScope, from: Int64, until: Int64) -> String {
        let span = "between \(PostgresTimestamp.literal(from)) and \(PostgresTimestamp.literal(until - 1))"
        let communities = "any(\(scope.communityList))"
        let unshared = { (side: String) in scope.memberID == nil ? "" : " + coalesce(a.unshared_\(side)_wh, 0)" }
        return """
            copy (
                select coalesce(d.member_id, 0), s.interval_start, s.interval_end, a.community_wh, a.grid_wh\(unshared("import")),
                       a.shared_wh, a.surplus_wh\(unshared("export"))
                from energy.interval_status s
                join energy.attribution a
                    on a.community_id = s.community_id and a.interval_start = s.interval_start and a.revision = s.revision
                    and a.community_id = \(communities) and a.interval_start \(span)
                join energy.device d on d.device_id = a.device_id
                where s.community_id = \(communities) and s.interval_start \(span)
                  \(scope.memberID.map { "and d.member_id = \($0)" } ?? "")
                order by s.interval_start, s.interval_end
            ) to stdout (format binary)
            """
    }
}
