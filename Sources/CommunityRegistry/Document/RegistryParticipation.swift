internal import EnergySharing

/// A meter's part in a community during a span of time.
public struct RegistryParticipation: Sendable, Equatable {
    /// The community's code.
    public var community: String
    /// From when, on the community's interval grid: microseconds since 1970-01-01T00:00:00Z.
    public var from: Int64
    /// Until when, exclusive, on the grid; `nil`: no end.
    public var until: Int64?
    /// How much of the meter's energy takes part, in parts per million: 1 to 1,000,000.
    ///
    /// Those of all communities sum to 1,000,000 at most, at every instant.
    public var participationPPM: Int
    /// Its fixed share in parts per million, for the keys that have one.
    public var sharePPM: Int?
    /// Its place in the order of the key `priority`: smaller is served first; `nil` comes last.
    public var priority: Int?

    /// The whole of something, in parts per million.
    public static let wholePPM = Int(ParticipationPart.wholePPM)

    /// The most communities that a meter may take part in at an instant.
    public static let mostCommunities = 5

    /// Makes a participation.
    public init(
        community: String,
        from: Int64,
        until: Int64? = nil,
        participationPPM: Int = RegistryParticipation.wholePPM,
        sharePPM: Int? = nil,
        priority: Int? = nil
    ) {
        self.community = community
        self.from = from
        self.until = until
        self.participationPPM = participationPPM
        self.sharePPM = sharePPM
        self.priority = priority
    }

    /// The span it holds in.
    public var span: TimeSpan { TimeSpan(from: from, until: until) }
}
