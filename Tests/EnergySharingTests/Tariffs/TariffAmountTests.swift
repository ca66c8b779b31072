import Testing

@testable import EnergySharing

@Suite("Amounts of money and carbon")
struct TariffAmountTests {
    @Test(
        "are rounded half to even, and only when shown",
        arguments: [
            (12_345_000_000, 2, "12.34"), (12_355_000_000, 2, "12.36"), (12_345_000_001, 2, "12.35"),
            (-12_345_000_000, 2, "-12.34"), (-12_355_000_000, 2, "-12.36"), (5_000_000, 2, "0.00"),
            (-5_000_000, 2, "0.00"), (5_000_001, 2, "0.01"), (999_995_000_001, 2, "1000.00"), (0, 2, "0.00"),
            (1_500_000_000, 0, "2"), (2_500_000_000, 0, "2"), (1, 9, "0.000000001"), (-1, 9, "-0.000000001"),
        ]
    )
    func text(_ nano: Int, _ places: Int, _ text: String) {
        #expect(TariffAmount<Money>(nano: Int128(nano)).text(places: places) == text)
    }

    @Test("half-even division agrees with its definition")
    func halfEven() {
        for value in -60...60 as ClosedRange<Int128> {
            for divisor in 1...12 as ClosedRange<Int128> {
                let rounded = HalfEven.divide(value, by: divisor)
                let gap = (value - rounded * divisor).magnitude * 2
                #expect(gap < divisor.magnitude || (gap == divisor.magnitude && rounded % 2 == 0))
            }
        }
    }

    @Test("a watt-hour at a millionth per kWh is a billionth, and the largest of both does not overflow")
    func exact() {
        #expect(TariffRate<Money>(microPerKWh: 1).amount(ofWh: 1) == TariffAmount(nano: 1))
        #expect(TariffRate<Money>(microPerKWh: 220_000).amount(ofWh: 1_000).text() == "0.22")
        let most = TariffRate<Money>(microPerKWh: .max).amount(ofWh: .max)
        #expect(most.nano == Int128(Int64.max) * Int128(Int64.max))
    }

    @Test("rates in text, per kWh and per MWh")
    func rates() {
        #expect(TariffRate<Money>("0.2134")?.microPerKWh == 213_400)
        #expect(TariffRate<Money>("-41.25", per: .megawattHour)?.microPerKWh == -41_250)
        #expect(TariffRate<Carbon>("170.7")?.microPerKWh == 170_700_000)
        #expect(TariffRate<Money>("0.0000001") == nil)
        #expect(TariffRate<Money>("0.0001", per: .megawattHour) == nil)
    }
}
