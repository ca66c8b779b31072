/// The flows between neighbours, added up over any number of intervals.
///
/// Give every interval of the span, each with the amounts of the same members in the same (tie) order, 0 for those that
/// had no part in it. Intervals may come in any order. Totals of 2⁶³ Wh or more trap.
public struct NeighbourFlowTotals: Sendable {
    /// Which flows are wanted.
    ///
    /// What is not costs no room, and for a consumer less time.
    public enum Scope: Equatable, Sendable {
        /// From every producer to one consumer: where did it come from?
        case to(consumer: Int)
        /// From one producer to every consumer: to whom did it go?
        case from(producer: Int)
        /// Of all pairs.
        case all
    }

    /// Which flows are added up.
    public let scope: Scope
    /// How many members there are.
    public let members: Int
    private var flows = NeighbourFlows()
    private var sums: [Int64]

    /// Makes totals of nothing yet.
    public init(members: Int, scope: Scope) {
        self.scope = scope
        self.members = members
        sums = [Int64](repeating: 0, count: scope == .all ? members * members : members)
    }

    /// Adds an interval: what each member got from the community, and how much of its offer was shared.
    /// - Throws: ``NeighbourFlowError`` if the amounts cannot be an interval's; then nothing is added.
    public mutating func add(communityWh: [Int64], sharedWh: [Int64]) throws(NeighbourFlowError) {
        guard communityWh.count == members else {
            throw .unequalCounts(consumers: communityWh.count, producers: members)
        }
        switch scope {
        case .to(let wanted):
            try flows.divide(communityWh: communityWh, sharedWh: sharedWh, through: wanted) { consumer, producer, wh in
                if consumer == wanted { sums[producer] += wh }
            }
        case .from(let wanted):
            try flows.divide(communityWh: communityWh, sharedWh: sharedWh) { consumer, producer, wh in
                if producer == wanted { sums[consumer] += wh }
            }
        case .all:
            try flows.divide(communityWh: communityWh, sharedWh: sharedWh) { consumer, producer, wh in
                sums[consumer * members + producer] += wh
            }
        }
    }

    /// What the producer's energy was of what the consumer got, in Wh; 0 outside of the scope.
    public func wh(from producer: Int, to consumer: Int) -> Int64 {
        switch scope {
        case .to(let wanted): consumer == wanted ? sums[producer] : 0
        case .from(let wanted): producer == wanted ? sums[consumer] : 0
        case .all: sums[consumer * members + producer]
        }
    }
}
