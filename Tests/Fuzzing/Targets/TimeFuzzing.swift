/// RFC 3339: the same instants as the plain way, and every instant's text comes back.
struct TimeFuzzing: FuzzTarget {
    mutating func run(_ input: Span<UInt8>) {
        let instant = UTCTime.parse(input)
        let plain = PlainTime.parse(input.copied)
        expect(instant == plain, "\(String(describing: instant)), not \(String(describing: plain))")
        if let instant { comesBack(instant) }
        if input.count == 8 {
            var number: UInt64 = 0
            for index in 0..<8 { number = number << 8 | UInt64(input[index]) }
            comesBack(Int64(bitPattern: number))
        }
    }

    private func comesBack(_ instant: Int64) {
        // 0000-01-01 to the end of 9999; what is beyond has a text that RFC 3339 does not know.
        let isInRange = (-62_167_219_200_000_000...253_402_300_799_999_999).contains(instant)
        let text = UTCTime.format(instant)
        expect(UTCTime.parse(Array(text.utf8).span) == (isInRange ? instant : nil), "\(instant) as \(text)")
    }
}
