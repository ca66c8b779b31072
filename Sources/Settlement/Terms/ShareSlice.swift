/// Fixed shares by the hour of a community's meters, from one hour on: a slice of a profile of the registry.
///
/// ``EnergySharing/ShareProfile`` by the meters' numbers, without its checks: a slice is cut anew for every span that is settled.
/// In its hours these count instead of the participations' shares, and a meter that it does not name has none.
public struct ShareSlice: Sendable, Equatable {
    /// When the first hour begins: microseconds since 1970-01-01T00:00:00Z.
    public var from: Int64
    /// The number of hours.
    public var count: Int
    /// Each meter's shares in parts per million, one an hour.
    public var shares: [Int32: [Int64]]

    /// Makes a slice; rows that are too short have no share in the hours that they lack.
    public init(from: Int64, count: Int, shares: [Int32: [Int64]]) {
        self.from = from
        self.count = count
        self.shares = shares
    }

    /// The hour in which an instant lies; `nil` outside of the slice.
    func hour(at instant: Int64) -> Int? {
        guard instant >= from else { return nil }
        let hour = (instant - from) / 3_600_000_000
        return hour < count ? Int(hour) : nil
    }
}
