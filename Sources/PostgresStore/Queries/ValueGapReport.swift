/// What a list of gaps is about; the gaps themselves come one meter after the other, see ``ValueGapQuery``.
public struct ValueGapReport: Sendable, Equatable {
    /// The community's code; of a member the one that it belongs to.
    public var community = ""
    /// The community's name.
    public var communityName = ""
    /// The community's IANA time zone.
    public var timeZone = ""
    /// The member; `nil`: the whole community.
    public var member: EnergyReport.Member?
    /// The span's beginning: microseconds since 1970-01-01T00:00:00Z.
    public var from: Int64 = 0
    /// The span's end, exclusive.
    public var until: Int64 = 0
    /// ``from`` by the community's local time, with the offset.
    public var fromLabel = ""
    /// ``until`` by the community's local time, with the offset.
    public var untilLabel = ""
    /// The meters that take part and have never said anything, in order of member, then name on the hub.
    public var silent: [ValueGap] = []
    /// How many settled intervals lack a meter without saying which: they were settled before version 7 of the schema.
    public var unnamedIntervals: Int64 = 0

    /// An empty report.
    public init() {}
}
