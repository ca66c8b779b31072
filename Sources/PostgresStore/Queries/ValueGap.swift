/// A meter's intervals, one after the other, that lack a measured value.
public struct ValueGap: Sendable, Equatable {
    /// The community that settled them (of several the first by number: they all lack the same).
    public var community: String
    /// The code of the member that the meter belongs to; empty: of none.
    public var member: String
    /// The meter's name on the hub.
    public var hubDeviceID: String
    /// Where the gap begins: microseconds since 1970-01-01T00:00:00Z.
    public var from: Int64
    /// Where it ends, exclusive.
    public var until: Int64
    /// How many settled intervals it has.
    public var slots: Int64
    /// What is wrong with them.
    public var kind: Kind

    /// What a gap lacks.
    public enum Kind: String, Sendable, CaseIterable {
        /// The meter should have a value and has none.
        case missing
        /// The value is an estimate: an edge was interpolated over more than an interval, or no energy was counted.
        case estimated
        /// The meter takes part, but has never said anything; it is not expected, so it is not missing either.
        case silent
    }

    /// Makes a gap.
    public init(
        community: String,
        member: String,
        hubDeviceID: String,
        from: Int64,
        until: Int64,
        slots: Int64,
        kind: Kind
    ) {
        self.community = community
        self.member = member
        self.hubDeviceID = hubDeviceID
        self.from = from
        self.until = until
        self.slots = slots
        self.kind = kind
    }
}
