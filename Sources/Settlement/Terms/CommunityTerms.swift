public import EnergySharing

/// All that the registry says about how a community's energy is split.
public struct CommunityTerms: Sendable {
    /// The community's number.
    public var communityID: Int32
    /// Its rules, in order of time, without overlaps or holes from the first on.
    public var rules: [SettlementRule]
    /// Its meters' participations, in any order.
    public var participations: [Participation]
    /// Its meters' participations in other communities, in any order.
    public var elsewhere: [PartElsewhere]
    /// Its meters, by number.
    public var meters: [Int32: Meter]

    /// One meter.
    public struct Meter: Sendable, Equatable {
        /// Its name on the hub: where a watt-hour is left over, ties go to the smallest by bytes.
        public var hubDeviceID: String
        /// What its readings say.
        public var kind: Kind
        /// What its connection can carry.
        public var limits: ConnectionLimits
        /// When the meter was exchanged, and how its registers run on; in order of time.
        public var epochs: [MeterEpoch]
        /// What people decided about its readings, by the reading's time (the beginning, of an interval).
        public var decisions: [Int64: ReadingDecision]

        /// What a meter's readings say; the raw value is the registry's.
        public enum Kind: String, Sendable {
            /// Registers at instants.
            case register
            /// The energy of intervals.
            case interval
        }

        /// Makes a meter.
        public init(
            hubDeviceID: String,
            kind: Kind = .register,
            limits: ConnectionLimits = ConnectionLimits(),
            epochs: [MeterEpoch] = [],
            decisions: [Int64: ReadingDecision] = [:]
        ) {
            self.hubDeviceID = hubDeviceID
            self.kind = kind
            self.limits = limits
            self.epochs = epochs
            self.decisions = decisions
        }
    }

    /// Makes terms.
    public init(
        communityID: Int32,
        rules: [SettlementRule],
        participations: [Participation],
        elsewhere: [PartElsewhere] = [],
        meters: [Int32: Meter]
    ) {
        self.communityID = communityID
        self.rules = rules
        self.participations = participations
        self.elsewhere = elsewhere
        self.meters = meters
    }
}
