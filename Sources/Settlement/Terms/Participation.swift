public import EnergySharing

/// One meter's part in a community during a span of time.
public struct Participation: Sendable, Equatable {
    /// The meter.
    public var deviceID: Int32
    /// From when, on the interval grid: microseconds since 1970-01-01T00:00:00Z.
    public var from: Int64
    /// Until when, exclusive; `Int64.max`: no end.
    public var until: Int64
    /// How much of it takes part, in parts per million; see ``EnergySharing/ParticipationPart``.
    public var participationPPM: Int64
    /// Its fixed share in parts per million, for the keys that have one.
    public var sharePPM: Int64
    /// Its place in the order of the key `priority`: smaller is served first; `nil` comes last.
    public var priority: Int32?

    /// Makes a participation.
    public init(
        deviceID: Int32,
        from: Int64,
        until: Int64 = .max,
        participationPPM: Int64 = ParticipationPart.wholePPM,
        sharePPM: Int64 = 0,
        priority: Int32? = nil
    ) {
        self.deviceID = deviceID
        self.from = from
        self.until = until
        self.participationPPM = participationPPM
        self.sharePPM = sharePPM
        self.priority = priority
    }
}
