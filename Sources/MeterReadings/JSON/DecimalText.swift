/// Where the parts of a decimal number stand in a text: `-? digits (. digits)? ([eE] [+-]? digits)?`.
///
/// A number here is its exact decimal value, never a binary fraction: `2714.128`, `2714128e-3` and `2.714128e3` are the same.
struct DecimalText {
    /// Whether a minus stands in front.
    var isNegative: Bool
    /// The digits before the point.
    var wholeDigits: Range<Int>
    /// The digits after the point; may be empty.
    var fractionDigits: Range<Int>
    /// The power of ten behind `e`; beyond ±``maximumExponent`` it stays there, which changes no result (see ``scaled(_:power:)``).
    var exponent: Int
    /// All digits, before and after the point, as one number; right only if there are no more than 19.
    private var mantissa: UInt64
    /// Whether it is spelled with an exponent.
    var hasExponent: Bool

    /// Far more than the digits that a body of the largest size can hold.
    static let maximumExponent = 1 << 40

    /// Reads a number that begins at `index` and moves the index behind it.
    ///
    /// - Parameter leadingZeros: whether the whole part may begin with needless zeros, as meters write it; JSON forbids it.
    /// - Returns: `nil` if no number stands there; the index is then at the byte that is at fault.
    init?(_ text: Span<UInt8>, at index: inout Int, leadingZeros: Bool) {
        isNegative = index < text.count && text[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        mantissa = 0
        wholeDigits = Self.digits(text, &index, &mantissa)
        guard !wholeDigits.isEmpty else { return nil }
        if !leadingZeros, wholeDigits.count > 1, text[wholeDigits.lowerBound] == UInt8(ascii: "0") {
            index = wholeDigits.lowerBound
            return nil
        }
        fractionDigits = index..<index
        exponent = 0
        hasExponent = false
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            fractionDigits = Self.digits(text, &index, &mantissa)
            guard !fractionDigits.isEmpty else { return nil }
        }
        guard index < text.count, text[index] | 0x20 == UInt8(ascii: "e") else { return }
        index += 1
        hasExponent = true
        var sign = 1
        if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
            sign = text[index] == UInt8(ascii: "-") ? -1 : 1
            index += 1
        }
        var ignored: UInt64 = 0
        let digits = Self.digits(text, &index, &ignored)
        guard !digits.isEmpty else { return nil }
        for place in digits where exponent < Self.maximumExponent {
            exponent = exponent * 10 + Int(text[place] - UInt8(ascii: "0"))
        }
        exponent = sign * min(exponent, Self.maximumExponent)
    }

    /// A text that is one number and nothing else, zeros in front allowed, times 10^`power`; `nil` if it is not.
    static func whole(_ text: Span<UInt8>, power: Int) -> ScaledDecimal? {
        var end = 0
        guard let number = DecimalText(text, at: &end, leadingZeros: true), end == text.count else { return nil }
        return number.scaled(text, power: power)
    }

    /// Whether it is spelled as an integer: neither point nor exponent.
    var isInteger: Bool { !hasExponent && fractionDigits.isEmpty }

    /// The number times 10^`power`, exactly, floored to a whole.
    ///
    /// The digits before and after the point are one row of digits; exponent and power only say how many of them belong to
    /// the whole part. If that is more than there are, zeros follow, until the value does not fit any more; if it is none, the whole
    /// part is 0. So the size of the exponent costs nothing.
    ///
    /// - Parameter power: at most a few dozens.
    func scaled(_ text: Span<UInt8>, power: Int) -> ScaledDecimal {
        if let result = scaledSmall(power) { return result }
        let taken = wholeDigits.count + exponent + power
        var row = DigitRow(taken: taken)
        row.append(text, wholeDigits)
        row.append(text, fractionDigits)
        row.appendZeros()
        return ScaledDecimal(
            isNegative: isNegative && row.isNotZero,
            magnitude: row.overflows ? nil : row.whole,
            isWhole: !row.hasRest
        )
    }

    /// The same for a number with so few digits that `mantissa` holds all of them, and a power that calls for little work; `nil`
    /// for others.
    @inline(__always)
    private func scaledSmall(_ power: Int) -> ScaledDecimal? {
        guard wholeDigits.count + fractionDigits.count <= 19 else { return nil }
        let shift = exponent + power - fractionDigits.count
        switch shift {
        case 0:
            return ScaledDecimal(isNegative: isNegative && mantissa > 0, magnitude: mantissa, isWhole: true)
        case 1...3:
            let (product, overflows) = mantissa.multipliedReportingOverflow(
                by: shift == 1 ? 10 : shift == 2 ? 100 : 1000
            )
            let magnitude = overflows ? nil : product
            return ScaledDecimal(isNegative: isNegative && mantissa > 0, magnitude: magnitude, isWhole: true)
        default:
            return nil
        }
    }

    /// The range of the decimal digits at `index`, which is moved behind them; each is appended to `value`.
    @inline(__always)
    private static func digits(_ text: Span<UInt8>, _ index: inout Int, _ value: inout UInt64) -> Range<Int> {
        let start = index
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            value = value &* 10 &+ UInt64(digit)
            index += 1
        }
        return start..<index
    }
}
