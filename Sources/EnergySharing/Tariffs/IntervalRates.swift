/// The rates of one interval; `nil` where none is known.
public struct IntervalRates: Equatable, Sendable {
    /// Money per kWh from the grid.
    public var grid: TariffRate<Money>?
    /// Money per kWh from a neighbour.
    public var community: TariffRate<Money>?
    /// Money per kWh that leaves as surplus.
    public var feedIn: TariffRate<Money>?
    /// Grams per kWh from the grid.
    public var carbon: TariffRate<Carbon>?

    /// Makes rates.
    public init(
        grid: TariffRate<Money>? = nil,
        community: TariffRate<Money>? = nil,
        feedIn: TariffRate<Money>? = nil,
        carbon: TariffRate<Carbon>? = nil
    ) {
        self.grid = grid
        self.community = community
        self.feedIn = feedIn
        self.carbon = carbon
    }
}
