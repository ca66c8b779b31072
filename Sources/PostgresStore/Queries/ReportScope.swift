/// The community, and perhaps the member, that a report is about, as the registry knows them.
struct ReportScope {
    /// The community's number; of a member the one that it belongs to.
    var communityID: Int32
    /// Its code.
    var community: String
    /// Its name.
    var communityName: String
    /// Its IANA time zone.
    var timeZone: String
    /// The member's number; `nil`: the whole community.
    var memberID: Int32?
    /// The member.
    var member: EnergyReport.Member?
    /// Whose attribution counts, in order of code: the community; for a member those in which its meters take part at any time.
    var communities: [Community] = []

    /// A community.
    struct Community {
        /// Its number.
        var id: Int32
        /// Its code.
        var code: String
        /// Its name.
        var name: String
    }

    /// The parameters that every statement of a report begins with: communities, span.
    func parameters(_ report: EnergyReport) -> [PostgresParameter] {
        [.int32Array(communities.map(\.id)), .timestamp(report.from), .timestamp(report.until)]
    }

    /// The communities as an SQL array, for COPY, which takes no parameters.
    var communityList: String { "'{" + communities.map { String($0.id) }.joined(separator: ",") + "}'::integer[]" }

    /// Finds what a request names.
    ///
    /// - Throws: ``QueryFailure`` if it names nothing, or several; ``PostgresError``.
    static func find(_ request: EnergyReportRequest, _ connection: PostgresConnection) throws -> ReportScope {
        guard request.community != nil || request.member != nil else {
            throw QueryFailure("name what the report is about: --community, --member, or both")
        }
        let result = try connection.query(
            """
            select c.community_id, c.code, c.name, c.time_zone, m.member_id, m.code, m.name
            from energy.community c
            left join energy.member m on m.community_id = c.community_id and m.code = $2
            where ($1::text is null or c.code = $1) and ($2::text is null or m.member_id is not null)
            order by c.code collate "C"
            """,
            [.optional(request.community), .optional(request.member)]
        )
        if result.rowCount == 0 { throw try failure(request, connection) }
        if result.rowCount > 1 {
            let codes = (0..<result.rowCount).compactMap { result.text($0, 1) }.joined(separator: ", ")
            throw QueryFailure(
                "several communities have a member \(request.member ?? ""): add --community with one of \(codes)"
            )
        }
        var scope = ReportScope(
            communityID: result.int32(0, 0) ?? 0,
            community: result.text(0, 1) ?? "",
            communityName: result.text(0, 2) ?? "",
            timeZone: result.text(0, 3) ?? "UTC"
        )
        if let memberID = result.int32(0, 4) {
            scope.memberID = memberID
            scope.member = EnergyReport.Member(code: result.text(0, 5) ?? "", name: result.text(0, 6) ?? "")
            scope.communities = try communities(ofMember: memberID, connection)
        }
        if scope.communities.isEmpty {
            scope.communities = [.init(id: scope.communityID, code: scope.community, name: scope.communityName)]
        }
        return scope
    }

    private static func communities(
        ofMember member: Int32,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [Community] {
        let result = try connection.query(
            """
            select community_id, code, name from energy.community
            where community_id in (select community_id from energy.participation join energy.device using (device_id) where member_id = $1)
            order by code collate "C"
            """,
            [.int32(member)]
        )
        return (0..<result.rowCount).map { row in
            Community(id: result.int32(row, 0) ?? 0, code: result.text(row, 1) ?? "", name: result.text(row, 2) ?? "")
        }
    }

    /// Says what there is instead of what was asked for.
    private static func failure(_ request: EnergyReportRequest, _ connection: PostgresConnection) throws -> QueryFailure
    {
        let communities = try connection.query("select code from energy.community order by code collate \"C\" limit 20")
        let codes = (0..<communities.rowCount).compactMap { communities.text($0, 0) }
        guard !codes.isEmpty else {
            return QueryFailure("the registry is empty: load one with wattsource registry apply")
        }
        if let community = request.community, !codes.contains(community) || request.member == nil {
            return QueryFailure("there is no community \(community); there are \(codes.joined(separator: ", "))")
        }
        let member = request.member ?? ""
        guard let community = request.community else { return QueryFailure("no community has a member \(member)") }
        return QueryFailure("community \(community) has no member \(member)")
    }
}
