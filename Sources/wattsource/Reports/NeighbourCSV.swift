import PostgresStore

/// Who gave whom as RFC 4180 text: a heading, then one record per pair that has energy, by who drew it, then who fed it out.
///
/// Columns: `community, from, until` (RFC 3339, UTC), `to_member, to_meter, from_member, from_meter` (meters only where the report is by
/// meter; a member of another community as `community/code`), `own` (`true`: the same member), `wh` (an integer).
enum NeighbourCSV {
    /// The text, every line with its CRLF.
    static func text(_ report: EnergyReport, _ neighbours: NeighbourReport) -> String {
        var text = "community,from,until,to_member,to_meter,from_member,from_meter,own,wh\r\n"
        let span = [report.community, TimeText.utc(report.from), TimeText.utc(report.until)]
        for flow in neighbours.flows {
            let (to, from) = (neighbours.parties[flow.to], neighbours.parties[flow.from])
            let fields =
                span + [code(to), to.hubDeviceID ?? "", code(from), from.hubDeviceID ?? ""]
                + [flow.isOwn ? "true" : "false", String(flow.wh)]
            text += fields.map(EnergyReportCSV.field).joined(separator: ",") + "\r\n"
        }
        return text
    }

    private static func code(_ party: NeighbourReport.Party) -> String {
        (party.home.map { $0 + "/" } ?? "") + party.member.code
    }
}
