import Testing

@testable import MeterReadings

/// Decimal numbers are exact, or known not to fit.
struct DecimalTextTests {
    private func scaled(_ text: String, power: Int = 0, leadingZeros: Bool = false) -> ScaledDecimal? {
        let bytes = Array(text.utf8)
        var end = 0
        guard let number = DecimalText(bytes.span, at: &end, leadingZeros: leadingZeros), end == bytes.count else {
            return nil
        }
        return number.scaled(bytes.span, power: power)
    }

    @Test func randomDecimalsAgreeWithTextArithmetic() {
        var random = SplitMix(seed: 1)
        for _ in 0..<60_000 {
            var text = Bool.random(using: &random) ? "" : "-"
            let wholeCount = Int.random(in: 1...24, using: &random)
            let zeros = Int.random(in: 0...3, using: &random) == 0 ? Int.random(in: 0...5, using: &random) : 0
            text += String(repeating: "0", count: zeros)
            text += (0..<wholeCount).map { _ in String(UInt8.random(in: 0...9, using: &random)) }.joined()
            if Bool.random(using: &random) {
                text +=
                    "."
                    + (1...Int.random(in: 1...24, using: &random)).map { _ in
                        Int.random(in: 0...2, using: &random) == 0
                            ? String(UInt8.random(in: 0...9, using: &random)) : "0"
                    }.joined()
            }
            if Bool.random(using: &random) { text += "e\(Int.random(in: -40...40, using: &random))" }
            let power = [0, 3].randomElement(using: &random) ?? 0
            let expected = ReferenceDecimal(text, power: power)
            let actual = scaled(text, power: power, leadingZeros: true)
            #expect(actual?.isNegative == expected.isNegative, "\(text)")
            #expect(actual?.isWhole == expected.isWhole, "\(text)")
            #expect(actual?.magnitude == expected.magnitude, "\(text)")
        }
    }

    @Test func wholesAgreeWithWideIntegers() {
        var random = SplitMix(seed: 2)
        for _ in 0..<20_000 {
            let mantissa = UInt64.random(in: 0...(1 << UInt64.random(in: 0...63, using: &random)), using: &random)
            let exponent = Int.random(in: -20...20, using: &random)
            let tens = (0..<abs(exponent)).reduce(UInt128(1)) { product, _ in product * 10 }
            let (value, rest): (UInt128, UInt128) =
                exponent < 0
                ? UInt128(mantissa).quotientAndRemainder(dividingBy: tens)
                : (
                    mantissa == 0
                        ? 0
                        : UInt128(mantissa).multipliedReportingOverflow(by: tens).overflow
                            ? .max : UInt128(mantissa) * tens, 0
                )
            let expected = ScaledDecimal(isNegative: false, magnitude: UInt64(exactly: value), isWhole: rest == 0)
            #expect(scaled("\(mantissa)E\(exponent)") == expected)
            #expect(scaled("\(mantissa)e\(exponent - 3)", power: 3) == expected)
        }
    }

    @Test(arguments: [
        ("0", 0), ("-0", 0), ("-0.000e99", 0), ("1e3", 1000), ("1E+3", 1000), ("1e-0", 1), ("2714128.0", 2_714_128),
        ("9223372036854775807", Int64.max), ("0e999999999999999999999999", 0), ("0.0e-99999999999999999999", 0),
        ("100000000000000000000e-20", 1), ("0.00000000000000000001e20", 1), ("-12", -12), ("12.50e1", 125),
    ]) func exactIntegers(_ text: String, _ value: Int64) {
        #expect(scaled(text)?.int64 == value)
    }

    @Test(arguments: [
        "9223372036854775808", "1e19", "1e99999999999999999999999", "0.5", "1e-1", "1e-99999999999999999999", "-1.5",
    ])
    func isNoInt64(_ text: String) {
        #expect(scaled(text) != nil)
        #expect(scaled(text)?.int64 == nil)
    }

    @Test func kilowattHoursAreFlooredToWattHours() {
        #expect(scaled("2714.128", power: 3)?.int64 == 2_714_128)
        #expect(scaled("002714.12830185", power: 3, leadingZeros: true)?.magnitude == 2_714_128)
        #expect(scaled("0.0009999999999999999999999999999", power: 3)?.magnitude == 0)
        #expect(scaled("-0.0001", power: 3)?.isNegative == true)
        #expect(scaled("1e9", power: 3)?.magnitude == 1_000_000_000_000)
    }

    @Test(arguments: [
        "", "-", "+1", ".5", "5.", "1e", "1e+", "1.e1", "0x10", "NaN", "Infinity", "1 ", " 1", "1,5", "--1", "٣",
    ])
    func isNoNumber(_ text: String) {
        #expect(scaled(text, leadingZeros: true) == nil)
    }

    @Test func zerosInFrontAreOnlyForMeters() {
        #expect(scaled("007") == nil)
        #expect(scaled("-00") == nil)
        #expect(scaled("007", leadingZeros: true)?.int64 == 7)
    }

    @Test func aMebibyteOfDigitsIsExact() {
        let digits = "1" + String(repeating: "0", count: 1_000_000)
        #expect(scaled(digits + "e-1000000")?.int64 == 1)
        #expect(scaled("0." + String(repeating: "0", count: 1_000_000) + "7e1000001")?.int64 == 7)
    }
}
