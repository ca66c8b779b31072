/// Decimal text as whole numbers of a smallest unit, without a binary fraction on the way.
enum ExactDecimal {
    /// The number that `text` writes, times 10 to the power of `fractionDigits`; `nil` if it is not a plain decimal
    /// number (`-12`, `0.25`, `.5`), has more digits after the point than that (zeros aside), or does not fit.
    ///
    /// "0.22" with 6 digits is 220,000.
    static func scaled(_ text: some Collection<UInt8>, fractionDigits: Int) -> Int64? {
        var digits = text[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
        var value: Int64 = 0
        var seen = 0
        var fraction: Int?
        for byte in digits {
            if byte == UInt8(ascii: "."), fraction == nil {
                fraction = 0
                continue
            }
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            seen += 1
            let digit = Int64(byte - UInt8(ascii: "0"))
            if let place = fraction {
                fraction = place + 1
                if place >= fractionDigits {
                    guard digit == 0 else { return nil }
                    continue
                }
            }
            guard let next = append(digit, to: value) else { return nil }
            value = next
        }
        guard seen > 0 else { return nil }
        for _ in min(fraction ?? 0, fractionDigits)..<fractionDigits {
            guard let next = append(0, to: value) else { return nil }
            value = next
        }
        return isNegative ? -value : value
    }

    private static func append(_ digit: Int64, to value: Int64) -> Int64? {
        let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = tenfold.addingReportingOverflow(digit)
        return overflow || carry ? nil : sum
    }
}
