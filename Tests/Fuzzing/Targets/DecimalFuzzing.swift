/// Decimals: exact, by a row of digits.
///
/// The first byte says the power of ten and whether zeros may stand in front.
struct DecimalFuzzing: FuzzTarget {
    mutating func run(_ input: Span<UInt8>) {
        guard input.count > 0 else { return }
        let power = Int(input[0] & 7)
        let leadingZeros = input[0] & 8 != 0
        let text = input.extracting(droppingFirst: 1)
        let plain = PlainDecimal(text.copied, power: power, leadingZeros: leadingZeros)
        var end = 0
        let number = DecimalText(text, at: &end, leadingZeros: leadingZeros)
        expect((number == nil) == (plain == nil), "a number")
        expect((0...text.count).contains(end), "the end")
        guard let number, let plain else { return }
        expect(end == plain.end, "ends at \(end), not \(plain.end)")
        let scaled = number.scaled(text, power: power)
        expect(scaled == plain.scaled, "\(scaled), not \(plain.scaled)")
    }
}
