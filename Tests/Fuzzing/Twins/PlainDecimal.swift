/// A decimal number as a row of digits and a place of the point, moved one step at a time.
///
/// The twin of `DecimalText` and `DigitRow`, without their shortcuts.
struct PlainDecimal {
    /// Where the number ends in the text.
    let end: Int
    /// Its value times a power of ten, floored.
    let scaled: ScaledDecimal

    /// Reads a number that begins a text; `nil` if there is none.
    init?(_ text: [UInt8], power: Int, leadingZeros: Bool) {
        var next = 0
        func digits() -> [UInt8] { Array(text[next...].prefix { (48...57).contains($0) }) }
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative { next = 1 }
        let whole = digits()
        next += whole.count
        if whole.isEmpty || (!leadingZeros && whole.count > 1 && whole[0] == 48) { return nil }
        var fraction: [UInt8] = []
        if next < text.count, text[next] == UInt8(ascii: ".") {
            next += 1
            fraction = digits()
            next += fraction.count
            if fraction.isEmpty { return nil }
        }
        var exponent = power
        if next < text.count, text[next] == UInt8(ascii: "e") || text[next] == UInt8(ascii: "E") {
            next += 1
            var sign = 1
            if next < text.count, text[next] == UInt8(ascii: "+") || text[next] == UInt8(ascii: "-") {
                sign = text[next] == UInt8(ascii: "-") ? -1 : 1
                next += 1
            }
            let places = digits()
            next += places.count
            if places.isEmpty { return nil }
            // An exponent of more than six digits moves the point beyond all digits that an input has.
            let significant = places.drop { $0 == 48 }
            let size = significant.count > 6 ? 1_000_000 : significant.reduce(0) { $0 * 10 + Int($1 - 48) }
            exponent += sign * size
        }
        end = next
        var row = whole + fraction
        var point = whole.count
        guard row.contains(where: { $0 != 48 }) else {
            scaled = ScaledDecimal(isNegative: false, magnitude: 0, isWhole: true)
            return
        }
        // Move the point; a row that grows over 30 significant digits does not fit anyway.
        point += exponent
        if point < 0 { point = 0; row.insert(48, at: 0); scaled = Self.result(isNegative, [], row); return }
        while row.count < point, row.drop(while: { $0 == 48 }).count < 30 { row.append(48) }
        scaled = Self.result(isNegative, Array(row.prefix(point)), Array(row.dropFirst(point)))
    }

    private static func result(_ isNegative: Bool, _ whole: [UInt8], _ rest: [UInt8]) -> ScaledDecimal {
        var magnitude: UInt64? = 0
        for digit in whole {
            guard let known = magnitude else { break }
            let wide = known.multipliedFullWidth(by: 10)
            let (sum, overflows) = wide.low.addingReportingOverflow(UInt64(digit - 48))
            magnitude = wide.high == 0 && !overflows ? sum : nil
        }
        return ScaledDecimal(
            isNegative: isNegative,
            magnitude: magnitude,
            isWhole: rest.allSatisfy { $0 == 48 }
        )
    }
}
