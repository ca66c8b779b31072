/// The flows between neighbours, added up over any number of intervals.
///
/// Give every interval of the span, each with the amounts of the same members in the same (tie) order, 0 for those that
/// had no part in it. Intervals may come in any order. Totals of 2⁶³ Wh or more trap.
///
/// Members may be gathered in groups, the meters of a home say: flows are worked out member by member, and added up by
/// group.
public struct NeighbourFlowTotals: Sendable {
    /// Which flows are wanted, by number of the group.
    ///
    /// What is not costs no room, and less time. Consumers are served in tie order, each on what those before it left. So
    /// what came to a group takes the consumers up to its last one; where it went takes all of them, in the intervals in
    /// which the group gave something.
    public enum Scope: Equatable, Sendable {
        /// From every producer to one consumer: where did it come from?
        case to(consumer: Int)
        /// From one producer to every consumer: to whom did it go?
        case from(producer: Int)
        /// Both of these, for several groups.
        case of([Int])
        /// Of all pairs.
        case all
    }

    /// Which flows are added up.
    public let scope: Scope
    /// How many groups there are.
    public let groups: Int
    /// The group of each member.
    private let groupOf: [Int]
    private var flows = NeighbourFlows()
    /// What came to the wanted groups, by producer.
    private var sources: Side
    /// Where it went from the wanted groups, by consumer.
    private var sinks: Side

    /// Sums of the wanted groups with all others.
    private struct Side: Sendable {
        /// The place of a group's first sum; below 0: it is not wanted.
        var place: [Int]
        var sums: [Int64]

        init(_ wanted: [Int], of groups: Int) {
            place = [Int](repeating: -1, count: groups)
            for (row, group) in wanted.enumerated() { place[group] = row * groups }
            sums = [Int64](repeating: 0, count: wanted.count * groups)
        }

        mutating func add(_ wh: Int64, _ group: Int, _ other: Int) {
            if place[group] >= 0 { sums[place[group] + other] += wh }
        }

        func wh(_ group: Int, _ other: Int) -> Int64? { place[group] < 0 ? nil : sums[place[group] + other] }
    }

    /// Makes totals of nothing yet, in which each member is a group of its own.
    public init(members: Int, scope: Scope) { self.init(groups: Array(0..<members), scope: scope) }

    /// Makes totals of nothing yet.
    ///
    /// - Parameters:
    ///   - groups: for each member the number of its group, from 0.
    ///   - scope: which flows are wanted; a group that has no member is a bug of the caller and traps.
    public init(groups: [Int], scope: Scope) {
        self.scope = scope
        groupOf = groups
        self.groups = (groups.max() ?? -1) + 1
        let (consumers, producers): ([Int], [Int]) =
            switch scope {
            case .to(let group): ([group], [])
            case .from(let group): ([], [group])
            case .of(let groups): (groups, groups)
            case .all: (Array(0..<self.groups), [])
            }
        sources = Side(consumers, of: self.groups)
        sinks = Side(producers, of: self.groups)
    }

    /// Adds an interval: what each member got from the community, and how much of its offer was shared.
    /// - Throws: ``NeighbourFlowError`` if the amounts cannot be an interval's; then nothing is added.
    public mutating func add(communityWh: [Int64], sharedWh: [Int64]) throws(NeighbourFlowError) {
        guard communityWh.count == groupOf.count else {
            throw .unequalCounts(consumers: communityWh.count, producers: groupOf.count)
        }
        guard sharedWh.count == groupOf.count else {
            throw .unequalCounts(consumers: groupOf.count, producers: sharedWh.count)
        }
        let last = lastNeeded(communityWh, sharedWh)
        try flows.divide(communityWh: communityWh, sharedWh: sharedWh, through: last) { consumer, producer, wh in
            let (to, from) = (groupOf[consumer], groupOf[producer])
            sources.add(wh, to, from)
            sinks.add(wh, from, to)
        }
    }

    /// The last consumer of an interval that the scope needs; -1 if it needs none.
    private func lastNeeded(_ communityWh: [Int64], _ sharedWh: [Int64]) -> Int {
        if sharedWh.indices.contains(where: { sharedWh[$0] > 0 && sinks.place[groupOf[$0]] >= 0 }) {
            return communityWh.count - 1
        }
        return communityWh.indices.last { communityWh[$0] > 0 && sources.place[groupOf[$0]] >= 0 } ?? -1
    }

    /// What one group's energy was of what another, or the same, got, in Wh; 0 outside of the scope.
    public func wh(from producer: Int, to consumer: Int) -> Int64 {
        sources.wh(consumer, producer) ?? sinks.wh(producer, consumer) ?? 0
    }
}
