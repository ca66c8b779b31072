/// A sum of money, or a mass of carbon dioxide.
///
/// Exact: whole billionths of the unit, 128 bits wide, so that no sum is ever rounded. Rounding happens where an amount
/// is shown, and only there: see ``text(places:)``.
public struct TariffAmount<Of: TariffQuantity>: Hashable, Comparable, Sendable {
    /// Billionths of a currency unit, or of a gram.
    public var nano: Int128

    /// Makes an amount.
    public init(nano: Int128 = 0) { self.nano = nano }

    /// The sum.
    public static func + (left: TariffAmount, right: TariffAmount) -> TariffAmount {
        TariffAmount(nano: left.nano + right.nano)
    }
    /// The difference.
    public static func - (left: TariffAmount, right: TariffAmount) -> TariffAmount {
        TariffAmount(nano: left.nano - right.nano)
    }
    /// Adds an amount.
    public static func += (left: inout TariffAmount, right: TariffAmount) { left.nano += right.nano }
    /// Whether one is less than another.
    public static func < (left: TariffAmount, right: TariffAmount) -> Bool { left.nano < right.nano }

    /// The amount in decimal digits with so many `places` (0 to 9) after the point, rounded half to even: 12.345 is
    /// "12.34" and 12.355 is "12.36" with two.
    ///
    /// Half to even (IEEE 754 roundTiesToEven, also "banker's rounding") leans neither way over many amounts.
    ///
    /// - Parameters:
    ///   - places: how many digits stand after the point.
    ///   - exponent: which power of ten of the unit is counted, 0 to 9: of grams kilograms with 3.
    public func text(places: Int = 2, exponent: Int = 0) -> String {
        precondition((0...9).contains(places) && (0...9).contains(exponent), "0 to 9 places, and powers of ten")
        var unit: Int128 = 1
        for _ in places..<9 + exponent { unit *= 10 }
        let rounded = HalfEven.divide(nano, by: unit)
        let digits = String(rounded.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        let whole = padded.dropLast(places)
        return (rounded < 0 ? "-" : "") + whole + (places == 0 ? "" : "." + padded.suffix(places))
    }
}
