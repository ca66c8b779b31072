public import EnergySharing
public import Settlement

extension CommunityExplanation {
    /// What is computed now, and all that went into it.
    public struct Computed: Sendable {
        /// What the meter said, and what of it was used.
        public var evidence: MeterEvidence
        /// The meter's part in this community.
        public var participation: Participation
        /// Its parts in other communities at that time, in order of code.
        public var elsewhere: [Elsewhere]
        /// The profile of shares by the hour that holds; `nil`: none does.
        public var profile: Profile?
        /// All that decides the split.
        public var inputs: IntervalInputs
        /// The split, step by step.
        public var trace: SplitTrace
        /// The names on the hub of ``inputs``' meters, one for one.
        public var names: [String]
        /// The meter's place among them.
        public var place: Int
        /// The row that comes of it; `nil`: the meter has no value.
        public var row: AttributionRow? { inputs.row(place, of: trace.result) }
    }

    /// A part in another community.
    public struct Elsewhere: Sendable, Equatable {
        /// The community's code.
        public var community: String
        /// How much of the meter takes part there, in parts per million.
        public var participationPPM: Int64
    }

    /// A profile of shares by the hour.
    public struct Profile: Sendable, Equatable {
        /// When it begins.
        public var from: Int64
        /// When it ends.
        public var until: Int64
        /// The number of the interval's hour in it, from 0.
        public var hour: Int64
        /// Where it came from; `nil`: it does not name the meter, which has no share then.
        public var source: String?
    }
}
