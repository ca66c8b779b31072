/// A decimal number by arithmetic on its text.
///
/// The twin of `DecimalText` and `DigitRow`.
struct ReferenceDecimal: Equatable {
    /// Below zero.
    var isNegative: Bool
    /// The whole part of the absolute value, `nil` if over `UInt64.max`.
    var magnitude: UInt64?
    /// No rest.
    var isWhole: Bool

    /// Reads `-? digits (. digits)? (e [+-]? digits)?`, times 10^`power`.
    init(_ text: String, power: Int) {
        let halves = text.lowercased().split(separator: "e")
        let last = halves.count > 1 ? halves[1] : "0"
        let exponent = Int(last) ?? (last.hasPrefix("-") ? -1_000_000_000 : 1_000_000_000)
        let unsigned = halves[0].drop { $0 == "-" }
        let parts = unsigned.split(separator: ".", omittingEmptySubsequences: false)
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        let digits = (String(parts[0]) + fraction).drop { $0 == "0" }
        guard !digits.isEmpty else {
            (isNegative, magnitude, isWhole) = (false, 0, true)
            return
        }
        isNegative = halves[0].hasPrefix("-")
        // The point stands behind so many of the digits.
        let point = digits.count - fraction.count + exponent + power
        if point <= 0 {
            (magnitude, isWhole) = (0, false)
        } else if point > 40 {
            (magnitude, isWhole) = (nil, digits.dropFirst(point).allSatisfy { $0 == "0" })
        } else {
            let whole = digits.prefix(point) + String(repeating: "0", count: max(0, point - digits.count))
            (magnitude, isWhole) = (UInt64(whole), digits.dropFirst(point).allSatisfy { $0 == "0" })
        }
    }
}
