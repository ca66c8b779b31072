/// What a report is to be about.
public struct EnergyReportRequest: Sendable, Equatable {
    /// The community's code; `nil` only where ``member`` names one that exists in one community alone.
    public var community: String?
    /// The member's code; `nil`: the whole community.
    public var member: String?
    /// The span's beginning; `nil`: that of what is settled.
    public var from: ReportBound?
    /// The span's end, exclusive; `nil`: that of what is settled.
    public var until: ReportBound?
    /// The periods; `nil`: months for spans over 62 days, days for spans over 2 days, else hours.
    public var period: ReportPeriod?
    /// Whether ``EnergyReport/memberPeriods`` is wanted.
    public var wantsMemberPeriods: Bool
    /// Between whom ``EnergyReport/neighbours`` are wanted; `nil`: not at all.
    public var neighbours: NeighbourReport.Detail?

    /// Makes a request.
    public init(
        community: String? = nil,
        member: String? = nil,
        from: ReportBound? = nil,
        until: ReportBound? = nil,
        period: ReportPeriod? = nil,
        wantsMemberPeriods: Bool = false,
        neighbours: NeighbourReport.Detail? = nil
    ) {
        self.community = community
        self.member = member
        self.from = from
        self.until = until
        self.period = period
        self.wantsMemberPeriods = wantsMemberPeriods
        self.neighbours = neighbours
    }
}
