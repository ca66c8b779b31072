import EnergySharing
import Testing

@Suite("Participation parts")
struct ParticipationPartTests {
    @Test("the worked example: 1,003 Wh at 60 % and 25 %")
    func example() {
        #expect(ParticipationPart.of(1_003, ppm: 600_000) == 601)
        #expect(ParticipationPart.of(1_003, ppm: 250_000) == 250)
        #expect(ParticipationPart.unshared(of: 1_003, ppm: [600_000, 250_000]) == 152)
    }

    @Test("Austria, G.01T = G.01 · f / 100, rounded down", arguments: [1, 33, 50, 99, 100] as [Int64])
    func percent(_ factor: Int64) {
        #expect(ParticipationPart.of(2_513, ppm: factor * 10_000) == 2_513 * factor / 100)
    }

    @Test("all, nothing, and the largest energy there is")
    func extremes() {
        #expect(ParticipationPart.of(.max, ppm: 1_000_000) == .max)
        #expect(ParticipationPart.of(.max, ppm: 0) == 0)
        #expect(ParticipationPart.of(.max, ppm: 999_999) == Int64((Int128(Int64.max) * 999_999) / 1_000_000))
        #expect(ParticipationPart.unshared(of: 17, ppm: []) == 17)
        #expect(ParticipationPart.unshared(of: .max, ppm: [200_000, 200_000, 200_000, 200_000, 200_000]) == 2)
    }

    @Test("parts and the unshared rest sum to the whole, and only rounding is unshared where the factors sum to 1")
    func sum() {
        var generator = SeededGenerator(seed: 41)
        for _ in 0..<LongTests.cases(20_000) {
            let whole = generator.number(0...Int64.max) >> generator.number(0...62)
            var left: Int64 = 1_000_000
            var factors: [Int64] = []
            for _ in 0..<generator.number(1...5) {
                factors.append(generator.oneIn(6) ? left : generator.number(0...left))
                left -= factors[factors.count - 1]
            }
            let parts = factors.map { ParticipationPart.of(whole, ppm: $0) }
            let unshared = ParticipationPart.unshared(of: whole, ppm: factors)
            #expect(parts.reduce(unshared, +) == whole)
            #expect(unshared >= 0)
            if left == 0 { #expect(unshared < 5) }
            for (factor, part) in zip(factors, parts) {
                let exact = (Natural(whole) * Natural(factor)).divided(by: Natural(1_000_000)).quotient
                #expect(Natural(part) == exact)
            }
        }
    }
}
