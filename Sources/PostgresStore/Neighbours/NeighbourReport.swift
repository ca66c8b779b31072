/// From whom a community's energy came and to whom it went, over a span of time.
///
/// Of the same snapshot and the same revisions as the ``EnergyReport`` that it is a part of, and checked against it: what
/// came to a party from all others sums to its `communityWh`, what went from it to its `sharedWh`.
public struct NeighbourReport: Sendable, Equatable {
    /// Whom flows are between.
    public enum Detail: String, Sendable {
        /// Members, all their meters together.
        case member
        /// Single meters.
        case meter
    }

    /// Somebody who takes part: a member, or one of its meters.
    public struct Party: Sendable, Equatable {
        /// The member; without code and name for meters that belong to no member.
        public var member: EnergyReport.Member
        /// The code of the member's own community, where that is another one.
        public var home: String?
        /// The meter's name on the hub; `nil` where the party is a member.
        public var hubDeviceID: String?

        /// Makes a party.
        public init(member: EnergyReport.Member, home: String? = nil, hubDeviceID: String? = nil) {
            self.member = member
            self.home = home
            self.hubDeviceID = hubDeviceID
        }
    }

    /// What one party gave another, or itself.
    public struct Flow: Sendable, Equatable {
        /// The index of who fed it out.
        public var from: Int
        /// The index of who drew it.
        public var to: Int
        /// How much, in Wh; above 0.
        public var wh: Int64
        /// Whether both are the same member: a home's own export that came back to it through the community.
        public var isOwn: Bool

        /// Makes a flow.
        public init(from: Int, to: Int, wh: Int64, isOwn: Bool) {
            self.from = from
            self.to = to
            self.wh = wh
            self.isOwn = isOwn
        }
    }

    /// Whom flows are between.
    public var detail: Detail
    /// Everybody who has energy in the span, in order of member, then meter.
    public var parties: [Party]
    /// The indices of those that the report is about: of one member, or of all.
    public var subjects: [Int]
    /// All flows to or from a subject, by who drew it, then who fed it out.
    public var flows: [Flow]

    /// Makes a report.
    public init(detail: Detail, parties: [Party] = [], subjects: [Int] = [], flows: [Flow] = []) {
        self.detail = detail
        self.parties = parties
        self.subjects = subjects
        self.flows = flows
    }

    /// What came to a party, from the largest amount to the smallest.
    public func sources(of party: Int) -> [Flow] { descending(flows.filter { $0.to == party }) }

    /// What went from a party, from the largest amount to the smallest.
    public func sinks(of party: Int) -> [Flow] { descending(flows.filter { $0.from == party }) }

    /// By amount, then by party.
    private func descending(_ flows: [Flow]) -> [Flow] {
        flows.sorted { ($1.wh, $0.from, $0.to) < ($0.wh, $1.from, $1.to) }
    }
}
