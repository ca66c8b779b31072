import PostgresStore

/// An energy report as one JSON object: energy as integers in Wh, times as RFC 3339 in UTC.
///
/// Members: `community`, `name`, `time_zone`, `sharing_keys`, `member` (`{code, name}`, null for a whole community), `from`, `until`,
/// `by`, `totals`, `members`, `meters`, `communities` and `unshared` (of a member, else empty and zero), `periods`, `member_periods`,
/// `intervals`, `missing_meters`, `ledger`. Every entry of the five lists holds the six sums by the names of the database's columns.
enum EnergyReportJSON {
    /// The object.
    static func value(_ report: EnergyReport) -> JSONValue {
        .object(members(report) + [.init("member_periods", .array(report.memberPeriods.map(memberPeriod)))])
    }

    /// The object's members but for `member_periods`.
    static func members(_ report: EnergyReport) -> [JSONValue.Member] {
        [
            .init("community", .string(report.community)),
            .init("name", .string(report.communityName)),
            .init("time_zone", .string(report.timeZone)),
            .init("sharing_keys", .array(report.sharingKeys.map(JSONValue.string))),
            .init("member", report.member.map { .object(named($0)) } ?? .null),
            .init("from", .string(TimeText.utc(report.from))),
            .init("until", .string(TimeText.utc(report.until))),
            .init("by", .string(report.period.rawValue)),
            .init("totals", .object(members(report.totals))),
            .init("members", .array(report.members.map { .object(named($0.member) + members($0.sums)) })),
            .init(
                "meters",
                .array(
                    report.meters.map {
                        .object([.init("hub_device_id", .string($0.hubDeviceID)), code($0.member)] + members($0.sums))
                    }
                )
            ),
            .init(
                "communities",
                .array(
                    report.communities.map {
                        .object(
                            [.init("community", .string($0.code)), .init("name", .string($0.name))] + members($0.sums)
                        )
                    }
                )
            ),
            .init("unshared", .object(members(report.unshared))),
            .init("periods", .array(report.periods.map(period))),
            .init("intervals", .object(intervals(report.intervals))),
            .init("missing_meters", .array(report.missingMeters.map(missing))),
            .init("ledger", LedgerText.json(report.ledger)),
        ]
    }

    private static func period(_ line: EnergyReport.PeriodLine) -> JSONValue {
        .object(members(line.period) + members(line.sums) + intervals(line.intervals))
    }

    private static func memberPeriod(_ line: EnergyReport.MemberPeriodLine) -> JSONValue { .object(members(line)) }

    /// The members of one of `member_periods`.
    static func members(_ line: EnergyReport.MemberPeriodLine) -> [JSONValue.Member] {
        [code(line.member)] + members(line.period) + members(line.sums) + [
            .init("values", .integer(line.values)), .init("state", .string(line.state.rawValue)),
        ]
    }

    private static func missing(_ meter: EnergyReport.MissingMeter) -> JSONValue {
        .object([
            .init("hub_device_id", .string(meter.hubDeviceID)), code(meter.member),
            .init("intervals", .optional(meter.missing)),
        ])
    }

    /// The member's code as `member`; null for what belongs to no member.
    private static func code(_ member: EnergyReport.Member) -> JSONValue.Member {
        .init("member", member.code.isEmpty ? .null : .string(member.code))
    }

    /// The members `member` and `name`.
    static func named(_ member: EnergyReport.Member) -> [JSONValue.Member] {
        [code(member), .init("name", .string(member.name))]
    }

    /// The members `period`, `start` and `end`.
    static func members(_ period: EnergyReport.Period) -> [JSONValue.Member] {
        [
            .init("period", .string(period.label)), .init("start", .string(TimeText.utc(period.start))),
            .init("end", .string(TimeText.utc(period.end))),
        ]
    }

    private static func members(_ sums: EnergySums) -> [JSONValue.Member] {
        [
            .init("import_wh", .integer(sums.importWh)), .init("community_wh", .integer(sums.communityWh)),
            .init("grid_wh", .integer(sums.gridWh)), .init("export_wh", .integer(sums.exportWh)),
            .init("shared_wh", .integer(sums.sharedWh)), .init("surplus_wh", .integer(sums.surplusWh)),
        ]
    }

    private static func intervals(_ intervals: EnergyReport.Intervals) -> [JSONValue.Member] {
        [
            .init("settled_intervals", .integer(intervals.settled)), .init("final", .integer(intervals.final)),
            .init("provisional", .integer(intervals.provisional)), .init("corrected", .integer(intervals.corrected)),
            .init("incomplete", .integer(intervals.incomplete)),
            .init("unsettled_seconds", .integer(intervals.unsettled / 1_000_000)),
        ]
    }
}
