import CommunityRegistry
import Testing

@Suite struct WattHoursTextTests {
    @Test(arguments: [
        ("0", 0), ("2714", 2_714_000), ("2714.128", 2_714_128), ("2714.1289", 2_714_128), ("0.001", 1), ("0.0009", 0),
        ("007.5", 7_500), ("1000000000", 1_000_000_000_000), ("1000000000.0000", 1_000_000_000_000),
    ])
    func `kilowatt-hours are read exactly, and cut off`(text: String, expected: Int64) {
        #expect(WattHoursText.parseKilowattHours(text) == expected)
    }

    @Test(arguments: [
        "", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", " 1", "1.5x", "1000000000.001", "99999999999999999999999",
    ])
    func `anything else is refused`(text: String) { #expect(WattHoursText.parseKilowattHours(text) == nil) }

    @Test func `watt-hours are whole`() {
        #expect(WattHoursText.parseWattHours("007") == 7)
        #expect(WattHoursText.parseWattHours("1000000000000") == 1_000_000_000_000)
        for text in ["", "1.0", "-1", "+1", "1000000000001", "99999999999999999999", "1 "] {
            #expect(WattHoursText.parseWattHours(text) == nil)
        }
    }
}
