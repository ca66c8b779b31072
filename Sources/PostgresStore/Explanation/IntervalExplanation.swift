public import MeterReadings

/// How a meter's numbers of one interval came about, in each of the communities that it takes part in.
public struct IntervalExplanation: Sendable {
    /// The meter's name on the hub.
    public var hubDeviceID: String
    /// What it reports.
    public var kind: TelemetryKind
    /// The member that it belongs to; `nil`: none.
    public var member: EnergyReport.Member?
    /// The code of the member's community; `nil`: no member.
    public var home: String?
    /// The communities in which the interval is settled, in order of code; at least one.
    public var communities: [CommunityExplanation]
    /// Of each of the others, what its interval waits for.
    public var waiting: [String]
}
