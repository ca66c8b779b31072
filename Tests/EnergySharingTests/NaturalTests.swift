import Testing

@Suite("The tests' whole numbers of any size")
struct NaturalTests {
    private static func random(using generator: inout SeededGenerator) -> Int64 {
        generator.number(0...Int64.max) >> generator.number(0...62)
    }

    /// The number that `high · 2⁶³ + low` is.
    private static func number(_ high: Int64, _ low: Int64) -> (Natural, UInt128) {
        let half = UInt128(1) << 63
        let natural = Natural(high) * (Natural(Int64.max) + Natural(1)) + Natural(low)
        return (natural, UInt128(UInt64(high)) * half + UInt128(UInt64(low)))
    }

    private static func equal(_ natural: Natural, _ value: UInt128) -> Bool {
        number(Int64(value >> 63), Int64(value & (1 << 63 - 1))).0 == natural
    }

    @Test("agree with 128-bit numbers, by the short way and the long one")
    func wide() {
        var generator = SeededGenerator(seed: 71)
        for _ in 0..<500 {
            let high = generator.oneIn(2) ? 0 : Self.random(using: &generator)
            let (a, plainA) = Self.number(high >> 2, Self.random(using: &generator))
            let (b, plainB) = Self.number(generator.oneIn(2) ? 0 : high >> 3, Self.random(using: &generator))
            #expect(Self.equal(a + b, plainA + plainB))
            #expect(Natural.longSum(a, b) == a + b)
            #expect(Natural.longProduct(a, b) == a * b)
            #expect((a < b) == (plainA < plainB))
            if !(a < b) {
                #expect(Self.equal(a - b, plainA - plainB))
                #expect(Natural.longDifference(a, b) == a - b)
            }
            if plainB > 0 {
                let (quotient, remainder) = a.divided(by: b)
                #expect(Self.equal(quotient, plainA / plainB))
                #expect(Self.equal(remainder, plainA % plainB))
                #expect(a.longDivision(by: b) == (quotient, remainder))
            }
        }
    }

    @Test("products beyond 128 bits divide back, and leave what was added")
    func product() {
        var generator = SeededGenerator(seed: 72)
        for _ in 0..<200 {
            let numbers = (0..<3).map { _ in Natural(Self.random(using: &generator) + 1) }
            let rest = Natural(generator.number(0...(numbers[2].int64 ?? 1) - 1))
            let product = numbers[0] * numbers[1] * numbers[2] + rest
            #expect(Natural.longProduct(numbers[0], numbers[1]) == numbers[0] * numbers[1])
            let (quotient, remainder) = product.divided(by: numbers[2])
            #expect(quotient == numbers[0] * numbers[1])
            #expect(remainder == rest)
        }
    }
}
