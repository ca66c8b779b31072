/// What a community's energy costs and carries; each part is optional.
public struct Tariff: Equatable, Sendable {
    /// What a member pays for a kWh from the grid.
    public var grid: RateSource<Money>?
    /// What a member pays for a kWh from a neighbour, and the neighbour earns.
    public var community: RateSource<Money>?
    /// What a producer earns for a kWh that leaves as surplus.
    public var feedIn: RateSource<Money>?
    /// What a kWh from the grid carries, in grams.
    ///
    /// A kWh from a neighbour counts as 0: it is the surplus of panels.
    public var carbon: RateSource<Carbon>?

    /// Makes a tariff.
    public init(
        grid: RateSource<Money>? = nil,
        community: RateSource<Money>? = nil,
        feedIn: RateSource<Money>? = nil,
        carbon: RateSource<Carbon>? = nil
    ) {
        self.grid = grid
        self.community = community
        self.feedIn = feedIn
        self.carbon = carbon
    }

    /// The rates of one interval, the same for all members: look them up once.
    public func rates(at start: Int64, length: Int64) -> IntervalRates {
        IntervalRates(
            grid: grid?.rate(at: start, length: length),
            community: community?.rate(at: start, length: length),
            feedIn: feedIn?.rate(at: start, length: length),
            carbon: carbon?.rate(at: start, length: length)
        )
    }
}
