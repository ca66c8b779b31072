import Testing

@testable import EnergySharing

@Suite("Exact decimals")
struct ExactDecimalTests {
    @Test(
        "numbers",
        arguments: [
            ("0.22", 220_000), ("1", 1_000_000), ("-41.25", -41_250_000), ("+.5", 500_000), ("3.", 3_000_000),
            ("0.123456000", 123_456), ("000.1", 100_000), ("-0", 0), ("9223372036854.775807", Int64.max),
        ]
    )
    func numbers(_ text: String, _ expected: Int64) {
        #expect(ExactDecimal.scaled(Array(text.utf8), fractionDigits: 6) == expected)
    }

    @Test(
        "what is none, has too many places or does not fit",
        arguments: [
            "", "-", ".", "1,5", "1e3", "0x1", "1.2.3", " 1", "1 ", "NaN", "0.1234567", "9223372036854.775808", "--1",
            "99999999999999999999",
        ]
    )
    func none(_ text: String) {
        #expect(ExactDecimal.scaled(Array(text.utf8), fractionDigits: 6) == nil)
    }
}
