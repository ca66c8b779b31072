import EnergySharing
import Testing

@Suite("Flows between neighbours")
struct NeighbourFlowsTests {
    /// All flows of an interval, `[consumer][producer]`.
    private static func matrix(_ communityWh: [Int64], _ sharedWh: [Int64]) throws -> [[Int64]] {
        var flows = NeighbourFlows()
        var matrix = [[Int64]](repeating: [Int64](repeating: 0, count: sharedWh.count), count: communityWh.count)
        try flows.divide(communityWh: communityWh, sharedWh: sharedWh) { matrix[$0][$1] += $2 }
        return matrix
    }

    /// The definition once more, in whole numbers of any size.
    private static func plain(_ communityWh: [Int64], _ sharedWh: [Int64]) -> [[Natural]] {
        var left = sharedWh.map(Natural.init)
        return communityWh.map { wh in
            let parts = PlainSplit.divide(Natural(wh), left, floorOnly: false)
            for producer in left.indices { left[producer] = left[producer] - parts[producer] }
            return parts
        }
    }

    @Test("the worked example: 4, 3 and 3 Wh from 6 and 4")
    func example() throws {
        let matrix = try Self.matrix([4, 3, 3, 0, 0], [0, 0, 0, 6, 4])
        #expect(matrix.map { Array($0.suffix(2)) } == [[2, 2], [2, 1], [2, 1], [0, 0], [0, 0]])
    }

    @Test("a home's own export returns to it as a flow from itself")
    func ownExport() throws {
        #expect(try Self.matrix([70], [70]) == [[70]])
        #expect(try Self.matrix([10, 10], [10, 10]) == [[5, 5], [5, 5]])
    }

    @Test("every consumer's and every producer's flows sum to its amount", arguments: 0..<4 as Range<UInt64>)
    func sums(_ part: UInt64) throws {
        var generator = SeededGenerator(seed: 510 + part)
        for number in 0..<LongTests.cases(5_000) {
            let members = RandomIntervals.members(Int(1 + generator.below(8)), using: &generator)
            let split = EnergySplit.split(members, by: RandomIntervals.rule(using: &generator))
            let matrix = try Self.matrix(split.communityWh, split.sharedWh)
            let columns = members.indices.map { producer in matrix.reduce(0) { $0 + $1[producer] } }
            if matrix.map({ $0.reduce(0, +) }) != split.communityWh || columns != split.sharedWh
                || matrix.contains(where: { $0.contains { $0 < 0 } })
            {
                Issue.record("case \(number): \(matrix) of \(split)")
            }
            if number % 4 == 0, matrix.map({ $0.map(Natural.init) }) != Self.plain(split.communityWh, split.sharedWh) {
                Issue.record("case \(number): not what is defined: \(matrix) of \(split)")
            }
        }
    }

    @Test("each flow is within 1 Wh per consumer of pro rata")
    func proRata() throws {
        var generator = SeededGenerator(seed: 52)
        for _ in 0..<LongTests.cases(500) {
            let members = (0..<6).map { _ in
                SharingMember(needWh: generator.below(900), offerWh: generator.below(900))
            }
            let split = EnergySplit.split(members, by: SharingRule())
            let matrix = try Self.matrix(split.communityWh, split.sharedWh)
            let total = split.sharedWh.reduce(0, +)
            for consumer in members.indices {
                for producer in members.indices where total > 0 {
                    let exact = split.communityWh[consumer] * split.sharedWh[producer]
                    #expect(abs(matrix[consumer][producer] * total - exact) <= total * 6)
                }
            }
        }
    }

    @Test("members in any order, put in tie order by their names, have the same flows")
    func order() throws {
        var generator = SeededGenerator(seed: 53)
        for _ in 0..<LongTests.cases(500) {
            let members = RandomIntervals.members(Int(2 + generator.below(6)), using: &generator)
            let split = EnergySplit.split(members, by: RandomIntervals.rule(using: &generator))
            let expected = try Self.matrix(split.communityWh, split.sharedWh)
            let shuffled = members.indices.map { ("meter-\($0)", $0) }.shuffled(using: &generator)
            let sorted = shuffled.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }.map(\.1)
            #expect(
                try Self.matrix(sorted.map { split.communityWh[$0] }, sorted.map { split.sharedWh[$0] }) == expected
            )
        }
    }

    @Test("members that have no part change nothing")
    func absent() throws {
        let without = try Self.matrix([5, 7, 0], [0, 9, 3])
        let with = try Self.matrix([0, 5, 0, 7, 0, 0], [0, 0, 0, 9, 0, 3])
        let places = [1, 3, 5]
        #expect(places.map { consumer in places.map { with[consumer][$0] } } == without)
        #expect(with.joined().reduce(0, +) == 12)
    }

    @Test("totals for a consumer, a producer and all pairs agree, over many intervals in any order")
    func totals() throws {
        var generator = SeededGenerator(seed: 54)
        let count = 7
        let splits = (0..<200).map { _ in
            let members = (0..<count).map { _ in
                SharingMember(needWh: generator.below(3_000), offerWh: generator.oneIn(2) ? 0 : generator.below(4_000))
            }
            return EnergySplit.split(members, by: RandomIntervals.rule(using: &generator))
        }
        func totals(_ scope: NeighbourFlowTotals.Scope, _ splits: [SharingResult]) throws -> NeighbourFlowTotals {
            var totals = NeighbourFlowTotals(members: count, scope: scope)
            for split in splits { try totals.add(communityWh: split.communityWh, sharedWh: split.sharedWh) }
            return totals
        }
        let all = try totals(.all, splits)
        let again = try totals(.all, splits.shuffled(using: &generator))
        for member in 0..<count {
            let to = try totals(.to(consumer: member), splits)
            let from = try totals(.from(producer: member), splits)
            for other in 0..<count {
                #expect(to.wh(from: other, to: member) == all.wh(from: other, to: member))
                #expect(from.wh(from: member, to: other) == all.wh(from: member, to: other))
                #expect(again.wh(from: member, to: other) == all.wh(from: member, to: other))
            }
            let got = splits.reduce(0) { $0 + $1.communityWh[member] }
            let gave = splits.reduce(0) { $0 + $1.sharedWh[member] }
            #expect((0..<count).reduce(0) { $0 + to.wh(from: $1, to: member) } == got)
            #expect((0..<count).reduce(0) { $0 + from.wh(from: member, to: $1) } == gave)
        }
        #expect(try totals(.to(consumer: 0), splits).wh(from: 1, to: 2) == 0)
    }

    @Test("groups of members have the sums of their members' flows, whatever is wanted of them")
    func groups() throws {
        var generator = SeededGenerator(seed: 55)
        let groupOf = [0, 1, 2, 0, 3, 1, 0]
        let splits = (0..<100).map { _ in
            let members = groupOf.map { _ in
                SharingMember(
                    needWh: generator.oneIn(3) ? 0 : generator.below(900),
                    offerWh: generator.oneIn(2) ? 0 : generator.below(900)
                )
            }
            return EnergySplit.split(members, by: RandomIntervals.rule(using: &generator))
        }
        var single = NeighbourFlowTotals(members: groupOf.count, scope: .all)
        for split in splits { try single.add(communityWh: split.communityWh, sharedWh: split.sharedWh) }
        for scope: NeighbourFlowTotals.Scope in [
            .all, .of([2]), .of([1, 3]), .of([]), .to(consumer: 1), .from(producer: 0),
        ] {
            var totals = NeighbourFlowTotals(groups: groupOf, scope: scope)
            #expect(totals.groups == 4)
            for split in splits { try totals.add(communityWh: split.communityWh, sharedWh: split.sharedWh) }
            for to in 0..<4 {
                for from in 0..<4 {
                    let isWanted =
                        switch scope {
                        case .all: true
                        case .of(let wanted): wanted.contains(to) || wanted.contains(from)
                        case .to(let wanted): to == wanted
                        case .from(let wanted): from == wanted
                        }
                    var wh: Int64 = 0
                    for consumer in groupOf.indices where groupOf[consumer] == to {
                        for producer in groupOf.indices where groupOf[producer] == from {
                            wh += single.wh(from: producer, to: consumer)
                        }
                    }
                    #expect(totals.wh(from: from, to: to) == (isWanted ? wh : 0), "\(scope)")
                }
            }
        }
    }

    @Test("amounts that cannot be an interval's are refused, and nothing is added")
    func refused() {
        var totals = NeighbourFlowTotals(members: 2, scope: .all)
        #expect(throws: NeighbourFlowError.unequalSums(communityWh: 3, sharedWh: 4)) {
            try totals.add(communityWh: [3, 0], sharedWh: [0, 4])
        }
        #expect(throws: NeighbourFlowError.belowZero(member: 1)) {
            try totals.add(communityWh: [3, -1], sharedWh: [0, 2])
        }
        #expect(throws: NeighbourFlowError.unequalCounts(consumers: 1, producers: 2)) {
            try totals.add(communityWh: [3], sharedWh: [3])
        }
        #expect(throws: NeighbourFlowError.unequalCounts(consumers: 2, producers: 3)) {
            try totals.add(communityWh: [3, 0], sharedWh: [3, 0, 0])
        }
        #expect(throws: NeighbourFlowError.tooLarge(sharedWh: Int128(Int64.max) * 2)) {
            try totals.add(communityWh: [.max, .max], sharedWh: [.max, .max])
        }
        #expect(totals.wh(from: 1, to: 0) == 0)
    }
}
