import EnergySharing
import Testing

@Suite("Sharing keys, random intervals")
struct EnergySplitPropertyTests {
    /// A million, in eight parts that run side by side.
    @Test("a million intervals keep the books and equal the plain definition", arguments: 0..<8 as Range<UInt64>)
    func million(_ part: UInt64) {
        var generator = SeededGenerator(seed: 2_100 + part)
        for number in 0..<LongTests.cases(125_000) {
            // Small communities mostly, and often a single member.
            let members = RandomIntervals.members(Int(1 + generator.below(5)), using: &generator)
            let rule = RandomIntervals.rule(using: &generator)
            let result = EnergySplit.split(members, by: rule)
            let faults = SharingBooks.faults(members, result, rule)
            if !faults.isEmpty { Issue.record("case \(number): \(faults) for \(rule) of \(members): \(result)") }
            if result != PlainSplit.split(members, by: rule) {
                Issue.record("case \(number): not what is defined for \(rule) of \(members): \(result)")
            }
        }
    }

    @Test("communities of a hundred members equal the plain definition", arguments: SharingKey.allCases)
    func hundred(_ key: SharingKey) {
        var generator = SeededGenerator(seed: 22)
        for _ in 0..<LongTests.cases(10) {
            let members = RandomIntervals.members(100, using: &generator)
            var rule = RandomIntervals.rule(using: &generator)
            rule.key = key
            let result = EnergySplit.split(members, by: rule)
            #expect(SharingBooks.faults(members, result, rule) == [])
            #expect(result == PlainSplit.split(members, by: rule))
        }
    }

    @Test("communities of ten thousand members equal the plain definition", arguments: SharingKey.allCases)
    func tenThousand(_ key: SharingKey) {
        var generator = SeededGenerator(seed: 23)
        for remainder in SharingRemainder.allCases {
            let members = RandomIntervals.members(10_000, using: &generator)
            let rule = SharingRule(key: key, rounds: .many, remainder: remainder)
            let result = EnergySplit.split(members, by: rule)
            #expect(SharingBooks.faults(members, result, rule) == [])
            #expect(result == PlainSplit.split(members, by: rule))
        }
    }

    @Test("members in any order, put in tie order by their names, get the same")
    func order() {
        var generator = SeededGenerator(seed: 24)
        for _ in 0..<LongTests.cases(2_000) {
            let members = RandomIntervals.members(Int(generator.number(2...8)), using: &generator)
            let rule = RandomIntervals.rule(using: &generator)
            let names = members.indices.map { "meter-\($0)" }
            let inOrder = EnergySplit.split(members, by: rule)

            let shuffled = Array(zip(names, members)).shuffled(using: &generator)
            let sorted = shuffled.sorted { Array($0.0.utf8).lexicographicallyPrecedes(Array($1.0.utf8)) }
            #expect(EnergySplit.split(sorted.map(\.1), by: rule) == inOrder)
        }
    }

    @Test("rounded down, the order of members does not matter at all", arguments: SharingKey.allCases)
    func permutation(_ key: SharingKey) {
        var generator = SeededGenerator(seed: 25)
        var moved = 0
        let rule = SharingRule(key: key, rounds: .many, remainder: .surplus)
        for _ in 0..<LongTests.cases(300) {
            let members = (0..<Int(generator.number(2...8))).map { index in
                SharingMember(
                    needWh: generator.number(0...50_000),
                    offerWh: generator.number(0...9_999),
                    sharePPM: generator.number(0...100_000),
                    priority: Int32(index)
                )
            }
            let places = Array(members.indices).shuffled(using: &generator)
            let first = EnergySplit.split(members, by: rule)
            let second = EnergySplit.split(places.map { members[$0] }, by: rule)
            #expect(second.communityWh == places.map { first.communityWh[$0] })
            if places != Array(members.indices) { moved += 1 }
        }
        #expect(moved > 200)
    }

    @Test("by largest remainders, the order of members matters only where remainders are equal")
    func permutationWithoutTies() {
        var generator = SeededGenerator(seed: 28)
        var compared = 0
        var tied = 0
        for _ in 0..<LongTests.cases(2_000) {
            let most: Int64 = generator.oneIn(2) ? 12 : 1_000_000_000_000
            let needs = (0..<Int(generator.number(2...6))).map { _ in generator.number(1...most) }
            let members = needs.map { SharingMember(needWh: $0) } + [SharingMember(needWh: 0, offerWh: most / 3)]
            let reversed = Array(members.reversed())
            let rule = SharingRule(key: .proportional)
            let first = EnergySplit.split(members, by: rule).communityWh
            let second = EnergySplit.split(reversed, by: rule).communityWh
            let sum = needs.map { Int128($0) }.reduce(0, +)
            let remainders = needs.map { Int128(min(most / 3, Int64(sum))) * Int128($0) % sum }
            if Set(remainders).count == remainders.count {
                compared += 1
                #expect(second == first.reversed())
            } else if second != first.reversed() {
                tied += 1
            }
        }
        #expect(compared > 500)
        #expect(tied > 0, "ties are part of the test, or it would not show that only they matter")
    }

    @Test("several rounds never give a member less than one")
    func moreRounds() {
        var generator = SeededGenerator(seed: 26)
        for _ in 0..<LongTests.cases(5_000) {
            let members = RandomIntervals.members(Int(generator.number(1...6)), using: &generator)
            func amounts(_ key: SharingKey, _ rounds: SharingRounds = .one) -> [Int64] {
                EnergySplit.split(members, by: SharingRule(key: key, rounds: rounds)).communityWh
            }
            let once = amounts(.static)
            #expect(zip(once, amounts(.staticMultiRound)).allSatisfy { $0 <= $1 })
            #expect(zip(once, amounts(.hybrid)).allSatisfy { $0 <= $1 })
            #expect(zip(amounts(.equal, .one), amounts(.equal, .many)).allSatisfy { $0 <= $1 })
        }
    }

    @Test(
        "the rounds fill to one common level: nobody who still needs something got less than another, beyond rounding"
    )
    func commonLevel() {
        var generator = SeededGenerator(seed: 27)
        for _ in 0..<LongTests.cases(5_000) {
            let members = RandomIntervals.members(Int(generator.number(2...6)), using: &generator)
            let given = EnergySplit.split(members, by: SharingRule(key: .equal, rounds: .many)).communityWh
            let highest = given.max() ?? 0
            // Each round rounds by less than 1 Wh either way, and each but the last covers somebody's need.
            for (index, member) in members.enumerated() where given[index] < member.needWh {
                #expect(highest - given[index] <= Int64(members.count))
            }
        }
    }

    @Test("the check of the books finds a watt-hour too many, too few or in the wrong place")
    func booksCanFail() {
        let members = [
            SharingMember(needWh: 10, offerWh: 3), SharingMember(needWh: 4, offerWh: 8),
            SharingMember(needWh: 2, offerWh: 2),
        ]
        let rule = SharingRule(key: .proportional)
        let right = EnergySplit.split(members, by: rule)
        #expect(SharingBooks.faults(members, right, rule) == [])
        for index in members.indices {
            for change in [-1, 1] as [Int64] {
                var wrong = right
                wrong.communityWh[index] += change
                #expect(SharingBooks.faults(members, wrong, rule) != [])
                wrong = right
                wrong.sharedWh[index] += change
                #expect(SharingBooks.faults(members, wrong, rule) != [])
            }
        }
        var swapped = right
        swapped.communityWh.swapAt(0, 2)
        #expect(SharingBooks.faults(members, swapped, rule) != [])
        #expect(PlainSplit.split(members, by: SharingRule(key: .equal)) != right)
    }
}
