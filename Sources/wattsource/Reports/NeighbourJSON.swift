import PostgresStore

/// Who gave whom as one JSON object: energy as integers in Wh, times as RFC 3339 in UTC.
///
/// Members: `community`, `name`, `time_zone`, `member` (`{member, name}`, null for a whole community), `from`, `until`, `by` (`member` or
/// `meter`), `community_wh` and `shared_wh` (what all flows to, and from, the report's members sum to), `own_wh` (what of it is from a
/// member to itself), `flows` (`to`, `from`: each with `community` (null: this one), `member`, `meter`; `own`, `wh`), `provisional`
/// (how many of its intervals may still change).
enum NeighbourJSON {
    /// The object.
    static func value(_ report: EnergyReport, _ neighbours: NeighbourReport) -> JSONValue {
        .object([
            .init("community", .string(report.community)),
            .init("name", .string(report.communityName)),
            .init("time_zone", .string(report.timeZone)),
            .init(
                "member",
                report.member.map { .object([.init("member", .string($0.code)), .init("name", .string($0.name))]) }
                    ?? .null
            ),
            .init("from", .string(TimeText.utc(report.from))),
            .init("until", .string(TimeText.utc(report.until))),
            .init("by", .string(neighbours.detail.rawValue)),
            .init("community_wh", .integer(report.totals.communityWh)),
            .init("shared_wh", .integer(report.totals.sharedWh)),
            .init("own_wh", .integer(neighbours.flows.reduce(0) { $0 + ($1.isOwn ? $1.wh : 0) })),
            .init("provisional", .integer(report.intervals.provisional)),
            .init(
                "flows",
                .array(
                    neighbours.flows.map { flow in
                        .object([
                            .init("to", party(neighbours.parties[flow.to])),
                            .init("from", party(neighbours.parties[flow.from])),
                            .init("own", .boolean(flow.isOwn)), .init("wh", .integer(flow.wh)),
                        ])
                    }
                )
            ),
        ])
    }

    private static func party(_ party: NeighbourReport.Party) -> JSONValue {
        .object([
            .init("community", .optional(party.home)),
            .init("member", party.member.code.isEmpty ? .null : .string(party.member.code)),
            .init("meter", .optional(party.hubDeviceID)),
        ])
    }
}
