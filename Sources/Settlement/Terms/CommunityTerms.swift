public import EnergySharing

/// All that the registry says about how a community's energy is split.
public struct CommunityTerms: Sendable {
    /// The community's number.
    public var communityID: Int32
    /// Its rules, in order of time, without overlaps or holes from the first on.
    public var rules: [SettlementRule]
    /// Its meters' participations, in any order.
    public var participations: [Participation]
    /// Its meters, by number.
    public var meters: [Int32: Meter]

    /// One meter.
    public struct Meter: Sendable, Equatable {
        /// Its name on the hub: where a watt-hour is left over, ties go to the smallest by bytes.
        public var hubDeviceID: String
        /// What its connection can carry.
        public var limits: ConnectionLimits

        /// Makes a meter.
        public init(hubDeviceID: String, limits: ConnectionLimits = ConnectionLimits()) {
            self.hubDeviceID = hubDeviceID
            self.limits = limits
        }
    }

    /// Makes terms.
    public init(
        communityID: Int32,
        rules: [SettlementRule],
        participations: [Participation],
        meters: [Int32: Meter]
    ) {
        self.communityID = communityID
        self.rules = rules
        self.participations = participations
        self.meters = meters
    }
}
