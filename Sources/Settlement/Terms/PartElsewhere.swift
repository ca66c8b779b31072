/// The part of a community's meter that takes part in another community during a span of time.
public struct PartElsewhere: Sendable, Equatable {
    /// The meter.
    public var deviceID: Int32
    /// The other community.
    public var communityID: Int32
    /// From when, on the interval grid: microseconds since 1970-01-01T00:00:00Z.
    public var from: Int64
    /// Until when, exclusive; `Int64.max`: no end.
    public var until: Int64
    /// How much of the meter takes part there, in parts per million.
    public var participationPPM: Int64

    /// Makes a part.
    public init(deviceID: Int32, communityID: Int32, from: Int64, until: Int64 = .max, participationPPM: Int64) {
        self.deviceID = deviceID
        self.communityID = communityID
        self.from = from
        self.until = until
        self.participationPPM = participationPPM
    }
}
