internal import EnergySharing
internal import MeterReadings

/// Works out who gave whom, from the attribution that counts, interval by interval; of a member in all of its communities.
///
/// Rows are streamed in order of time: memory is taken for one interval and for the sums that are wanted, whatever the span.
struct NeighbourQuery {
    private let connection: PostgresConnection
    private let scope: ReportScope
    private let report: EnergyReport

    /// Asks within the snapshot that made the report.
    init(_ connection: PostgresConnection, _ scope: ReportScope, _ report: EnergyReport) {
        self.connection = connection
        self.scope = scope
        self.report = report
    }

    /// A meter with rows in the span.
    private struct Meter {
        var deviceID: Int32
        var hubDeviceID: String
        var memberID: Int32?
        var party: NeighbourReport.Party
        var communityWh: Int64
        var sharedWh: Int64

        /// Whose flows its own are a part of.
        func key(_ detail: NeighbourReport.Detail) -> PartyKey {
            detail == .meter ? .meter(deviceID) : .member(memberID)
        }
    }

    /// What tells parties apart; meters that belong to no member are one together.
    private enum PartyKey: Hashable {
        case member(Int32?)
        case meter(Int32)
    }

    /// Reads and adds up.
    ///
    /// - Throws: ``StoredContradiction`` if an interval's rows cannot be divided, or the flows do not add up to the report's totals;
    ///   ``PostgresError``.
    func neighbours(by detail: NeighbourReport.Detail) throws -> NeighbourReport {
        let meters = try meters(by: detail)
        var result = NeighbourReport(detail: detail)
        var members: [Int32?] = []
        var groups: [PartyKey: Int] = [:]
        let named = meters.sorted { ($0.party.sortKey, $0.hubDeviceID) < ($1.party.sortKey, $1.hubDeviceID) }
        for meter in named where groups[meter.key(detail)] == nil {
            groups[meter.key(detail)] = result.parties.count
            result.parties.append(meter.party)
            members.append(meter.memberID)
        }
        let groupOf = meters.map { groups[$0.key(detail)] ?? 0 }
        result.subjects = result.parties.indices.filter { scope.memberID == nil || members[$0] == scope.memberID }
        var totals = NeighbourFlowTotals(groups: groupOf, scope: scope.memberID == nil ? .all : .of(result.subjects))
        for community in scope.communities { try stream(meters, of: community, into: &totals) }
        let isSubject = Set(result.subjects)
        for to in result.parties.indices {
            for from in result.parties.indices where isSubject.contains(to) || isSubject.contains(from) {
                let wh = totals.wh(from: from, to: to)
                if wh == 0 { continue }
                let isOwn = from == to || members[from] != nil && members[from] == members[to]
                result.flows.append(.init(from: from, to: to, wh: wh, isOwn: isOwn))
            }
        }
        try check(result, meters, groupOf)
        return result
    }

    /// The meters that have rows in the span, in tie order, with what the attribution says of each.
    private func meters(by detail: NeighbourReport.Detail) throws -> [Meter] {
        let rows = try connection.query(
            """
            select a.device_id, d.hub_device_id, d.member_id, coalesce(m.code, ''), coalesce(m.name, ''),
                   case when m.community_id <> $4 then (select c.code from energy.community c where c.community_id = m.community_id) end,
                   a.community_wh, a.shared_wh
            from (select a.device_id, sum(a.community_wh)::bigint as community_wh, sum(a.shared_wh)::bigint as shared_wh
                  from energy.interval_status s
                  join energy.attribution a
                      on a.community_id = s.community_id and a.interval_start = s.interval_start and a.revision = s.revision
                      and a.community_id = any($1) and a.interval_start >= $2 and a.interval_start < $3
                  where s.community_id = any($1) and s.interval_start >= $2 and s.interval_start < $3
                  group by a.device_id) a
            join energy.device d using (device_id)
            left join energy.member m using (member_id)
            order by d.hub_device_id collate "C"
            """,
            scope.parameters(report) + [.int32(scope.communityID)]
        )
        return (0..<rows.rowCount).map { row in
            let name = rows.text(row, 1) ?? ""
            return Meter(
                deviceID: rows.int32(row, 0) ?? 0,
                hubDeviceID: name,
                memberID: rows.int32(row, 2),
                party: NeighbourReport.Party(
                    member: .init(code: rows.text(row, 3) ?? "", name: rows.text(row, 4) ?? ""),
                    home: rows.text(row, 5),
                    hubDeviceID: detail == .meter ? name : nil
                ),
                communityWh: rows.int64(row, 6) ?? 0,
                sharedWh: rows.int64(row, 7) ?? 0
            )
        }
    }

    // MARK: The stream

    /// Divides every interval of a community as it comes by.
    private func stream(
        _ meters: [Meter],
        of community: ReportScope.Community,
        into totals: inout NeighbourFlowTotals
    ) throws {
        var adder = IntervalAdder(meters.map(\.deviceID), totals)
        let from = PostgresTimestamp.literal(report.from)
        let until = PostgresTimestamp.literal(report.until)
        try connection.copyOut(
            """
            copy (
                select a.interval_start, a.device_id, a.community_wh, a.shared_wh
                from energy.interval_status s
                join energy.attribution a
                    on a.community_id = \(community.id) and a.interval_start = s.interval_start and a.revision = s.revision
                    and a.interval_start >= \(from) and a.interval_start < \(until)
                where s.community_id = \(community.id) and s.interval_start >= \(from) and s.interval_start < \(until)
                    and (a.community_wh > 0 or a.shared_wh > 0)
                order by a.interval_start
            ) to stdout (format binary)
            """
        ) { adder.add($0) }
        totals = try adder.finish(community: community.code)
    }

    /// Gathers the rows of one interval at a time.
    private struct IntervalAdder {
        private let place: [Int32: Int]
        private var totals: NeighbourFlowTotals
        private var interval: Int64?
        private var communityWh: [Int64]
        private var sharedWh: [Int64]
        /// The first thing that was wrong; nothing is added after it.
        private var fault: (interval: Int64?, what: String)?

        init(_ devices: [Int32], _ totals: NeighbourFlowTotals) {
            place = Dictionary(uniqueKeysWithValues: devices.enumerated().map { ($1, $0) })
            self.totals = totals
            communityWh = [Int64](repeating: 0, count: devices.count)
            sharedWh = communityWh
        }

        mutating func add(_ row: Span<UInt8>) {
            if fault != nil { return }
            var fields = CopyRowCursor()
            guard let start = fields.timestamp(row), let device = fields.int32(row), let place = place[device],
                let got = fields.int64(row), let gave = fields.int64(row)
            else {
                fault = (interval, "a row cannot be read")
                return
            }
            if start != interval {
                addInterval()
                interval = start
            }
            communityWh[place] = got
            sharedWh[place] = gave
        }

        private mutating func addInterval() {
            guard let interval, fault == nil else { return }
            do throws(NeighbourFlowError) {
                try totals.add(communityWh: communityWh, sharedWh: sharedWh)
            } catch {
                fault = (interval, error.description)
            }
            for place in communityWh.indices {
                communityWh[place] = 0
                sharedWh[place] = 0
            }
        }

        mutating func finish(community: String) throws -> NeighbourFlowTotals {
            addInterval()
            guard let fault else { return totals }
            let place = fault.interval.map { UTCTime.format($0) } ?? "its first"
            throw StoredContradiction(
                "community \(community), interval \(place): \(fault.what); wattsource verify shows what else is wrong"
            )
        }
    }

    // MARK: The check

    /// Compares with the attribution's own sums and the report's totals.
    private func check(_ result: NeighbourReport, _ meters: [Meter], _ groupOf: [Int]) throws {
        var expected = [(got: Int64, gave: Int64)](repeating: (0, 0), count: result.parties.count)
        for (meter, group) in zip(meters, groupOf) {
            expected[group].got += meter.communityWh
            expected[group].gave += meter.sharedWh
        }
        var sums = [(got: Int64, gave: Int64)](repeating: (0, 0), count: result.parties.count)
        for flow in result.flows {
            sums[flow.to].got += flow.wh
            sums[flow.from].gave += flow.wh
        }
        let total = result.subjects.reduce(into: (got: Int64(0), gave: Int64(0))) {
            $0.got += expected[$1].got
            $0.gave += expected[$1].gave
        }
        guard result.subjects.allSatisfy({ sums[$0] == expected[$0] }),
            total == (report.totals.communityWh, report.totals.sharedWh)
        else {
            throw StoredContradiction(
                "the flows between neighbours do not add up to the report of \(scope.member.map { "member \($0.code) of " } ?? "")community \(scope.community): "
                    + "a fault of wattsource, please report it"
            )
        }
    }
}

extension NeighbourReport.Party {
    /// By code, those without a member last.
    fileprivate var sortKey: String { member.code.isEmpty ? "\u{10FFFF}" : "\(member.code) \(home ?? "")" }
}
