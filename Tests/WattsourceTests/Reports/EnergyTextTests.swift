import Testing

@testable import wattsource

@Suite("EnergyText") struct EnergyTextTests {
    @Test(
        arguments: [
            (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (112_120_902, "112,120,902"), (-1234, "-1,234"),
            (Int64.max, "9,223,372,036,854,775,807"), (Int64.min, "-9,223,372,036,854,775,808"),
        ] as [(Int64, String)]
    )
    func thousandsAreGrouped(_ number: Int64, _ text: String) { #expect(EnergyText.grouped(number) == text) }

    @Test(
        arguments: [
            (0, "0.0"), (49, "0.0"), (50, "0.1"), (949, "0.9"), (950, "1.0"), (112_120_902, "112,120.9"), (-50, "-0.1"),
            (Int64.max, "9,223,372,036,854,775.8"),
        ] as [(Int64, String)]
    )
    func kilowattHoursAreRoundedHalfUp(_ number: Int64, _ text: String) {
        #expect(EnergyText.kilowattHours(number) == text)
    }

    @Test(
        arguments: [
            (0, 0, "-"), (0, 5, "0.0"), (5, 5, "100.0"), (17_695_663, 112_120_902, "15.8"), (1, 2000, "0.1"),
            (1, 2001, "<0.1"),
            (9999, 10_000, ">99.9"), (9994, 10_000, "99.9"), (Int64.max, Int64.max, "100.0"),
        ] as [(Int64, Int64, String)]
    )
    func percentagesAreExactToATenth(_ part: Int64, _ whole: Int64, _ text: String) {
        #expect(EnergyText.percent(part, of: whole) == text)
    }

    @Test func nounsAgree() {
        #expect(EnergyText.count(1, "member") == "1 member")
        #expect(EnergyText.count(2000, "member") == "2,000 members")
    }
}
