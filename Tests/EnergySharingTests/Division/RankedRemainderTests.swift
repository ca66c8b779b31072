import Testing

@testable import EnergySharing

@Suite("Ranked remainders")
struct RankedRemainderTests {
    @Test("the first ones are those that sorting puts first, however they come")
    func selection() {
        var generator = SeededGenerator(seed: 61)
        for _ in 0..<2_000 {
            let count = 1 + generator.below(40)
            let most = UInt64(generator.oneIn(2) ? 3 : 1_000)
            let ranks = (0..<count).map { RankedRemainder(remainder: 1 + generator.below(most), index: Int($0)) }
            let sorted = ranks.sorted { ($1.remainder, $0.index) < ($0.remainder, $1.index) }
            for wanted in [1, Int(count) / 2 + 1, Int(count)] where wanted <= count {
                var moved = ranks.shuffled(using: &generator)
                RankedRemainder.moveFirst(wanted, of: &moved)
                #expect(Set(moved.prefix(wanted).map(\.index)) == Set(sorted.prefix(wanted).map(\.index)))
                #expect(moved.count == ranks.count)
            }
        }
    }
}
