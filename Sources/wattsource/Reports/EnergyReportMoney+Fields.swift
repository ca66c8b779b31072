import EnergySharing

extension EnergyReportMoney {
    /// One value of a statement for programs: an exact decimal in text, or a count.
    struct Field {
        /// Its name, in CSV and JSON.
        var name: String
        /// The value; `nil`: the tariff says nothing about it.
        var value: Value?

        /// What it is.
        enum Value: Equatable {
            /// All digits.
            case decimal(String)
            /// A count.
            case count(Int)
        }
    }

    /// What a statement says, in the order of CSV's columns.
    func fields(_ statement: EnergyStatement) -> [Field] {
        func money(_ name: String, _ amount: TariffAmount<Money>, _ isKnown: Bool) -> Field {
            Field(name: name, value: isKnown ? .decimal(MoneyText.exact(amount)) : nil)
        }
        func carbon(_ name: String, _ amount: TariffAmount<Carbon>) -> Field {
            Field(name: name, value: hasCarbon ? .decimal(MoneyText.exact(amount)) : nil)
        }
        func count(_ name: String, _ count: Int, _ isKnown: Bool) -> Field {
            Field(name: name, value: isKnown ? .count(count) : nil)
        }
        return [
            money("cost", statement.cost, hasCost), money("cost_from_grid_alone", statement.costFromGridAlone, hasCost),
            money("saved", statement.saved, hasCost), money("earned", statement.earned, hasEarnings),
            money("earned_from_feed_in_alone", statement.earnedFromFeedInAlone, hasEarnings),
            money("gained", statement.gained, hasEarnings), carbon("co2_g", statement.carbon),
            carbon("co2_avoided_g", statement.carbonAvoided),
            count("values_without_cost", statement.rowsWithoutCost, hasCost),
            count("values_without_earnings", statement.rowsWithoutEarnings, hasEarnings),
            count("values_without_co2", statement.rowsWithoutCarbon, hasCarbon),
        ]
    }

    /// Whether the tariff says what energy from the grid costs: without it nothing can be said about costs.
    var hasCost: Bool { tariff.grid != nil }
    /// Whether the tariff says what is earned by feeding in.
    var hasEarnings: Bool { tariff.feedIn != nil }
    /// Whether the tariff says what energy from the grid carries.
    var hasCarbon: Bool { tariff.carbon != nil }
}
