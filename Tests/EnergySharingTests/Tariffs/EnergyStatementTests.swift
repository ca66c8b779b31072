import EnergySharing
import Testing

@Suite("Energy statements")
struct EnergyStatementTests {
    private static let rates = IntervalRates(
        grid: TariffRate("0.40"),
        community: TariffRate("0.15"),
        feedIn: TariffRate("0.08"),
        carbon: TariffRate("250")
    )

    @Test("the worked example: 300 Wh from neighbours, 700 Wh from the grid")
    func drawn() {
        var statement = EnergyStatement()
        statement.add(EnergyBySource(communityWh: 300, gridWh: 700), at: Self.rates)
        #expect(statement.cost.text(places: 3) == "0.325")
        #expect(statement.costFromGridAlone.text() == "0.40")
        #expect(statement.saved.text(places: 3) == "0.075")
        #expect(statement.carbon.text(places: 0) == "175")
        #expect(statement.carbonAvoided.text(places: 0) == "75")
        #expect(statement.earned == TariffAmount() && statement.gained == TariffAmount())
    }

    @Test("what is shared earns the community's price, what is surplus the feed-in price")
    func fedOut() {
        var statement = EnergyStatement()
        statement.add(EnergyBySource(sharedWh: 2_000, surplusWh: 1_000), at: Self.rates)
        #expect(statement.earned.text() == "0.38")
        #expect(statement.earnedFromFeedInAlone.text() == "0.24")
        #expect(statement.gained.text() == "0.14")
        #expect(statement.cost == TariffAmount())
    }

    @Test("in money, what members pay each other is what they earn from each other")
    func balance() throws {
        var generator = SeededGenerator(seed: 81)
        let community = try #require(Self.rates.community)
        for _ in 0..<200 {
            let members = RandomIntervals.members(5, using: &generator)
            let split = EnergySplit.split(members, by: RandomIntervals.rule(using: &generator))
            let paid = split.communityWh.reduce(TariffAmount()) { $0 + community.amount(ofWh: $1) }
            let earned = split.sharedWh.reduce(TariffAmount()) { $0 + community.amount(ofWh: $1) }
            #expect(paid == earned)
        }
    }

    @Test("a price that is not known leaves its side out as a whole, unless nothing flowed")
    func unknown() {
        let row = EnergyBySource(communityWh: 1, gridWh: 1, sharedWh: 1, surplusWh: 1)
        var statement = EnergyStatement()
        statement.add(row, at: IntervalRates(grid: TariffRate("1"), feedIn: TariffRate("1")))
        statement.add(EnergyBySource(), at: IntervalRates())
        #expect(statement.energy == row)
        #expect(statement.cost == TariffAmount() && statement.costFromGridAlone == TariffAmount())
        #expect(statement.earned == TariffAmount() && statement.earnedFromFeedInAlone == TariffAmount())
        #expect(
            statement.rowsWithoutCost == 1 && statement.rowsWithoutEarnings == 1 && statement.rowsWithoutCarbon == 1
        )
        // Without energy from neighbours their price is not needed.
        statement.add(EnergyBySource(gridWh: 5), at: IntervalRates(grid: TariffRate("1")))
        #expect(statement.rowsWithoutCost == 1 && statement.cost.nano == 5_000_000)
        // With energy from neighbours only, the grid's price is still what it is compared with.
        statement.add(EnergyBySource(communityWh: 5), at: IntervalRates(community: TariffRate("1")))
        #expect(statement.rowsWithoutCost == 2)
    }

    @Test("statements of parts add up to the statement of all")
    func parts() {
        var generator = SeededGenerator(seed: 82)
        var (all, first, second) = (EnergyStatement(), EnergyStatement(), EnergyStatement())
        for number in 0..<100 {
            let row = EnergyBySource(
                communityWh: generator.below(900),
                gridWh: generator.below(900),
                sharedWh: generator.below(900),
                surplusWh: generator.below(900)
            )
            let rates = IntervalRates(
                grid: generator.oneIn(9) ? nil : TariffRate(microPerKWh: generator.below(900_000)),
                community: TariffRate(microPerKWh: generator.below(900_000)),
                feedIn: generator.oneIn(9) ? nil : TariffRate(microPerKWh: generator.below(900_000) - 100_000),
                carbon: generator.oneIn(9) ? nil : TariffRate(microPerKWh: generator.below(900_000_000))
            )
            all.add(row, at: rates)
            if number % 3 == 0 { first.add(row, at: rates) } else { second.add(row, at: rates) }
        }
        first.add(second)
        #expect(first == all)
    }
}
