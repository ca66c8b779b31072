import Testing

@testable import EnergySharing

@Suite("Instants in text")
struct InstantTextTests {
    @Test(
        "instants",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2016-08-01T07:00:00Z", 1_470_034_800),
            ("2016-08-01T00:00-07:00", 1_470_034_800),
            ("2016-08-01 12:30:00+05:30", 1_470_034_800), ("1969-12-31t23:59:59z", -1),
            ("2026-03-29T01:00Z", 1_774_746_000),
        ]
    )
    func instants(_ text: String, _ seconds: Int64) {
        #expect(InstantText.microseconds(Array(text.utf8)) == seconds * 1_000_000)
    }

    @Test(
        "what is none, or has no zone",
        arguments: [
            "", "2016-08-01", "2016-08-01T07:00:00", "2016-02-30T07:00:00Z", "2016-08-01T24:00:00Z",
            "2016-08-01T07:60Z",
            "2016-08-01T07:00:60Z", "2016-08-01T07:00:00.5Z", "2016-08-01T07:00:00Zz", "16-08-01T07:00:00Z",
            "2016-08-01T07:00:00+0530", "2016-08-01T7:00:00Z", "1470034800",
        ]
    )
    func none(_ text: String) {
        #expect(InstantText.microseconds(Array(text.utf8)) == nil)
    }
}
