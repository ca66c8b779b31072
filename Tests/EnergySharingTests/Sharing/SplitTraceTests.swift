import EnergySharing
import Testing

@Suite("Explained splits")
struct SplitTraceTests {
    /// What does not add up in a trace when it is done again step by step.
    private static func faults(_ trace: SplitTrace) -> [String] {
        var faults: [String] = []
        if trace.summedCommunityWh != trace.result.communityWh {
            faults.append("steps do not sum to the community's part")
        }
        if trace.summedSharedWh != trace.result.sharedWh { faults.append("producers' step is not what was shared") }
        for step in trace.steps {
            switch step {
            case .division(let division): faults += Self.faults(division, trace.rule.remainder)
            case .queue(let queue):
                for line in queue.lines where line.takenWh != min(line.leftBeforeWh, line.limitWh) {
                    faults.append("member \(line.member) did not take what it could")
                }
            }
        }
        return faults + Self.faults(trace.producers, .largestRemainder)
    }

    private static func faults(_ step: DivisionStep, _ remainder: SharingRemainder) -> [String] {
        var faults: [String] = []
        var places: [Int] = []
        var smallestExtra = Int64.max
        var parts: Int64 = 0
        for line in step.lines {
            let (quota, rest) = (Natural(step.dividedWh) * Natural(line.weight)).divided(by: Natural(step.divisor))
            if Natural(line.quotaWh) != quota || Natural(line.remainder) != rest { faults.append("quota is wrong") }
            if line.partWh != line.quotaWh + (line.extraPlace == nil ? 0 : 1) { faults.append("part is wrong") }
            if line.takenWh != min(line.partWh, line.limitWh) { faults.append("taken is wrong") }
            if let place = line.extraPlace {
                places.append(place)
                smallestExtra = min(smallestExtra, line.remainder)
            }
            parts += line.partWh
        }
        if places.sorted() != Array(1..<(places.count + 1)) { faults.append("places are not 1, 2, 3 …") }
        if remainder == .surplus, !places.isEmpty { faults.append("rounded up") }
        if remainder == .largestRemainder, !step.lines.isEmpty, parts != step.dividedWh {
            faults.append("parts do not sum to what is divided")
        }
        for line in step.lines where line.extraPlace == nil && line.remainder > smallestExtra {
            faults.append("a larger remainder went without")
        }
        return faults
    }

    @Test("a trace says what the split says, and adds up to it step by step", arguments: 0..<4 as Range<UInt64>)
    func random(_ part: UInt64) {
        var generator = SeededGenerator(seed: 310 + part)
        for number in 0..<LongTests.cases(5_000) {
            let members = RandomIntervals.members(Int(1 + generator.below(6)), using: &generator)
            let rule = RandomIntervals.rule(using: &generator)
            let trace = EnergySplit.explain(members, by: rule)
            if trace.result != EnergySplit.split(members, by: rule) {
                Issue.record("case \(number): the trace says otherwise for \(rule) of \(members)")
            }
            let faults = Self.faults(trace)
            if !faults.isEmpty { Issue.record("case \(number): \(faults) for \(rule) of \(members): \(trace)") }
        }
    }

    @Test("the check finds a trace that does not add up")
    func checkCanFail() {
        let members = [7, 7, 7].map { SharingMember(needWh: $0) } + [SharingMember(needWh: 0, offerWh: 10)]
        let right = EnergySplit.explain(members, by: SharingRule())
        #expect(Self.faults(right) == [])
        var wrong = right
        guard case .division(var step) = wrong.steps.first else {
            Issue.record("no division")
            return
        }
        step.lines[1].partWh += 1
        wrong.steps = [.division(step)]
        #expect(Self.faults(wrong) != [])
        wrong.steps = []
        #expect(Self.faults(wrong) != [])
    }

    private static let homes = [
        SharingMember(needWh: 1_000, sharePPM: 500_000, priority: 2),
        SharingMember(needWh: 4_000, sharePPM: 300_000, priority: 1),
        SharingMember(needWh: 9_000, offerWh: 10_000, sharePPM: 200_000),
    ]

    @Test("text of a key with rounds, all members")
    func rounds() {
        let trace = EnergySplit.explain(Self.homes, by: SharingRule(key: .staticMultiRound))
        #expect(
            trace.text(names: ["a", "b", "c"]) == [
                "key static-multi-round, 3 members: 10000 Wh offered, 14000 Wh needed; "
                    + "watt-hours left over by rounding down go to the largest remainders",
                "step 1, fixed shares: 10000 of 10000 Wh on shares of 1000000",
                "  a: 10000 × 500000 / 1000000 = 5000; needs 1000, takes 1000 Wh",
                "  b: 10000 × 300000 / 1000000 = 3000; needs 4000, takes 3000 Wh",
                "  c: 10000 × 200000 / 1000000 = 2000; needs 9000, takes 2000 Wh",
                "step 2, round 2: 4000 Wh on weights of 500000",
                "  b: 4000 × 300000 / 500000 = 2400; needs 1000, takes 1000 Wh",
                "  c: 4000 × 200000 / 500000 = 1600; needs 7000, takes 1600 Wh",
                "step 3, round 3: 1400 Wh on weights of 200000",
                "  c: 1400 × 200000 / 200000 = 1400; needs 5400, takes 1400 Wh",
                "producers, 10000 Wh on offers of 10000 Wh",
                "  c: 10000 × 10000 / 10000 = 10000; offers 10000, gives 10000 Wh",
                "a: 1000 Wh from the community, 0 Wh from the grid; 0 Wh shared, 0 Wh surplus",
                "b: 4000 Wh from the community, 0 Wh from the grid; 0 Wh shared, 0 Wh surplus",
                "c: 5000 Wh from the community, 4000 Wh from the grid; 10000 Wh shared, 0 Wh surplus",
            ]
        )
    }

    @Test("text for one member, with a leftover watt-hour")
    func leftover() {
        let members = [7, 7, 7].map { SharingMember(needWh: $0) } + [SharingMember(needWh: 0, offerWh: 10)]
        let trace = EnergySplit.explain(members, by: SharingRule())
        #expect(
            trace.text(names: ["a", "b", "c", "d"], member: 0) == [
                "key proportional, 4 members: 10 Wh offered, 21 Wh needed; "
                    + "watt-hours left over by rounding down go to the largest remainders",
                "step 1, in proportion: 10 of 10 Wh on open needs of 21 Wh",
                "  a: 10 × 7 / 21 = 3 remainder 7, + 1 as remainder number 1 by size; needs 7, takes 4 Wh",
                "  2 others",
                "producers, 10 Wh on offers of 10 Wh",
                "  takes no part; 1 other",
                "a: 4 Wh from the community, 3 Wh from the grid; 0 Wh shared, 0 Wh surplus",
            ]
        )
    }

    @Test("text of a queue, and of an interval in which nothing is shared")
    func queue() {
        let trace = EnergySplit.explain(Self.homes, by: SharingRule(key: .priority))
        #expect(
            trace.text(names: ["a", "b", "c"], member: 0) == [
                "key priority, 3 members: 10000 Wh offered, 14000 Wh needed", "step 1, in order of priority",
                "  a: number 2, priority 2: 6000 Wh are left; needs 1000, takes 1000 Wh", "  2 others",
                "producers, 10000 Wh on offers of 10000 Wh", "  takes no part; 1 other",
                "a: 1000 Wh from the community, 0 Wh from the grid; 0 Wh shared, 0 Wh surplus",
            ]
        )
        let idle = EnergySplit.explain([SharingMember(needWh: 5)], by: SharingRule(key: .static, remainder: .surplus))
        #expect(
            idle.text(names: ["a"]) == [
                "key static, 1 member: 0 Wh offered, 5 Wh needed; watt-hours left over by rounding down leave as surplus",
                "nothing is shared", "a: 0 Wh from the community, 5 Wh from the grid; 0 Wh shared, 0 Wh surplus",
            ]
        )
    }
}
