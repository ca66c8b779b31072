/// What a member's (or a community's) energy of a span cost, earned and carried, against buying all from the grid.
///
/// For each row with its interval's rates: cost = grid · p_grid + community · p_community; had all come from the grid:
/// (grid + community) · p_grid; earned = shared · p_community + surplus · p_feed-in; had nothing been shared: (shared +
/// surplus) · p_feed-in; CO₂ = grid · c, and avoided: community · c. Nothing is rounded.
///
/// Worked example: 300 Wh from neighbours at 0.15 and 700 Wh from the grid at 0.40 cost 0.045 + 0.28 = 0.325, where the
/// grid alone would have cost 0.40: 0.075 saved. At 250 g/kWh the 700 Wh carry 175 g, and 75 g are avoided.
///
/// Energy of a meter that takes part in no community counts as ``EnergyBySource/gridWh`` and
/// ``EnergyBySource/surplusWh``.
public struct EnergyStatement: Equatable, Sendable {
    /// The energy of all rows, priced or not.
    public private(set) var energy = EnergyBySource()
    /// What the energy drawn cost, from neighbours and from the grid.
    public private(set) var cost = TariffAmount<Money>()
    /// What it would have cost had all come from the grid.
    public private(set) var costFromGridAlone = TariffAmount<Money>()
    /// What the energy fed out earned, from neighbours and as surplus.
    public private(set) var earned = TariffAmount<Money>()
    /// What it would have earned had nothing been shared.
    public private(set) var earnedFromFeedInAlone = TariffAmount<Money>()
    /// What the energy from the grid carried.
    public private(set) var carbon = TariffAmount<Carbon>()
    /// What the energy from neighbours would have carried had it come from the grid.
    public private(set) var carbonAvoided = TariffAmount<Carbon>()
    /// How many rows are in no sum of money for what was drawn, because a price they need is not known.
    public private(set) var rowsWithoutCost = 0
    /// How many rows are in no sum of money for what was fed out, because a price they need is not known.
    public private(set) var rowsWithoutEarnings = 0
    /// How many rows are in no sum of carbon, because the intensity is not known.
    public private(set) var rowsWithoutCarbon = 0

    /// Makes a statement of nothing.
    public init() {}

    /// What sharing saved on the energy drawn; below 0 where neighbours cost more than the grid.
    public var saved: TariffAmount<Money> { costFromGridAlone - cost }
    /// What sharing brought for the energy fed out, over feeding it in.
    public var gained: TariffAmount<Money> { earned - earnedFromFeedInAlone }

    /// Adds a row of an interval with these rates.
    ///
    /// A side on which nothing flowed needs no price. If a side lacks a price that it needs, its money is left out as a
    /// whole, so that what is saved is never a comparison of unlike parts.
    public mutating func add(_ row: EnergyBySource, at rates: IntervalRates) {
        energy += row
        if let paid = Self.sum((row.gridWh, rates.grid), (row.communityWh, rates.community)),
            let alone = Self.worth(row.importWh, rates.grid)
        {
            cost += paid
            costFromGridAlone += alone
        } else {
            rowsWithoutCost += 1
        }
        if let received = Self.sum((row.sharedWh, rates.community), (row.surplusWh, rates.feedIn)),
            let alone = Self.worth(row.exportWh, rates.feedIn)
        {
            earned += received
            earnedFromFeedInAlone += alone
        } else {
            rowsWithoutEarnings += 1
        }
        if let intensity = rates.carbon {
            carbon += intensity.amount(ofWh: row.gridWh)
            carbonAvoided += intensity.amount(ofWh: row.communityWh)
        } else if row.importWh != 0 {
            rowsWithoutCarbon += 1
        }
    }

    /// Adds another statement's sums.
    public mutating func add(_ other: EnergyStatement) {
        energy += other.energy
        cost += other.cost
        costFromGridAlone += other.costFromGridAlone
        earned += other.earned
        earnedFromFeedInAlone += other.earnedFromFeedInAlone
        carbon += other.carbon
        carbonAvoided += other.carbonAvoided
        rowsWithoutCost += other.rowsWithoutCost
        rowsWithoutEarnings += other.rowsWithoutEarnings
        rowsWithoutCarbon += other.rowsWithoutCarbon
    }

    /// What two flows are worth together; `nil` if one is not 0 and has no rate.
    private static func sum(
        _ first: (wh: Int64, rate: TariffRate<Money>?),
        _ second: (wh: Int64, rate: TariffRate<Money>?)
    ) -> TariffAmount<Money>? {
        guard let one = worth(first.wh, first.rate), let other = worth(second.wh, second.rate) else { return nil }
        return one + other
    }

    private static func worth(_ wh: Int64, _ rate: TariffRate<Money>?) -> TariffAmount<Money>? {
        wh == 0 ? TariffAmount() : rate?.amount(ofWh: wh)
    }
}
