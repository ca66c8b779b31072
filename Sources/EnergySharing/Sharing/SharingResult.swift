/// What a sharing key made of one interval, in Wh, member by member in the order that they were given.
///
/// The rest of a member's need is from the grid, the rest of its offer leaves as surplus.
public struct SharingResult: Equatable, Sendable {
    /// What each member gets from the community, a_i: from 0 to its need.
    public var communityWh: [Int64]
    /// How much of each member's offer was shared: from 0 to its offer.
    ///
    /// Sums to what ``communityWh`` sums to.
    public var sharedWh: [Int64]

    /// Makes a result.
    public init(communityWh: [Int64], sharedWh: [Int64]) {
        self.communityWh = communityWh
        self.sharedWh = sharedWh
    }
}
