/// Which producer's watt-hours reached which consumer in an interval.
///
/// A key says what each consumer gets (a_i) and how much of each producer's offer was shared (d_j), and both sum to the
/// same. No law says whose watt-hour reached whom, so the flows f_ij follow the measure that the producers' side has
/// anyway, pro rata: consumers are served one after the other in tie order (ascending bytes of the hub device id), and
/// each a_i is divided on what the producers have left by the largest-remainder rule (``WholeDivision``).
///
/// Exact, to the watt-hour: Σ_j f_ij = a_i, Σ_i f_ij = d_j, and no f_ij is below 0. Because: let r_j be what producer j
/// has left and R their sum; what consumers still get also sums to R, so a_i ≤ R. The quota a_i · r_j / R is then at
/// most r_j, a whole number, so the quota rounded up is at most r_j too: nobody gives more than is left, and the parts
/// sum to a_i. For the last consumer a_i = R, every quota is r_j exactly, and nothing is left.
///
/// A home's own export may return to it, as the keys allow: that is a flow from itself, and stays one.
///
/// Worked example: consumers of 4, 3 and 3 Wh, producers of 6 and 4. First 4 on 6 : 4, quotas 2.4 and 1.6: 2 and 2.
/// Then 3 on 4 : 2: 2 and 1. Last 3 on 2 : 1: 2 and 1. The producers' 6 are 2 + 2 + 2, their 4 are 2 + 1 + 1.
///
/// The work is consumers times producers; one value can serve any number of intervals and allocates only while they
/// grow.
public struct NeighbourFlows: Sendable {
    /// The producers that have something left, and what.
    private var producers: [Int] = []
    private var left: [Int64] = []
    private var parts: [Int64] = []
    private var ranks: [RankedRemainder] = []

    /// Makes one with no room yet.
    public init() {}

    /// Calls `flow` with consumer, producer and Wh for every flow above 0, consumer by consumer.
    ///
    /// The amounts are those of all members in tie order, 0 where one has no part in the interval; members with 0 change
    /// nothing. After the consumer `last`, if one is given, the rest is left out.
    /// - Throws: ``NeighbourFlowError`` if there cannot be such flows; then none was reported.
    public mutating func divide(
        communityWh: [Int64],
        sharedWh: [Int64],
        through last: Int? = nil,
        _ flow: (_ consumer: Int, _ producer: Int, _ wh: Int64) -> Void
    ) throws(NeighbourFlowError) {
        try prepare(communityWh, sharedWh)
        for consumer in 0..<min(communityWh.count, last.map { $0 + 1 } ?? .max) where communityWh[consumer] > 0 {
            WholeDivision.divide(communityWh[consumer], on: left, into: &parts, ranks: &ranks)
            // Producers with nothing left are dropped on the way; those that stay keep their order, which decides ties.
            var kept = 0
            for place in left.indices {
                if parts[place] > 0 { flow(consumer, producers[place], parts[place]) }
                let rest = left[place] - parts[place]
                guard rest > 0 else { continue }
                left[kept] = rest
                producers[kept] = producers[place]
                kept += 1
            }
            let gone = left.count - kept
            left.removeLast(gone)
            producers.removeLast(gone)
            parts.removeLast(gone)
        }
    }

    /// Checks the amounts and lays out what producers have.
    private mutating func prepare(_ communityWh: [Int64], _ sharedWh: [Int64]) throws(NeighbourFlowError) {
        guard communityWh.count == sharedWh.count else {
            throw .unequalCounts(consumers: communityWh.count, producers: sharedWh.count)
        }
        producers.removeAll(keepingCapacity: true)
        left.removeAll(keepingCapacity: true)
        parts.removeAll(keepingCapacity: true)
        var (community, shared): (Int128, Int128) = (0, 0)
        for member in communityWh.indices {
            let (got, gave) = (communityWh[member], sharedWh[member])
            guard got >= 0, gave >= 0 else { throw .belowZero(member: member) }
            community += Int128(got)
            shared += Int128(gave)
            guard gave > 0 else { continue }
            producers.append(member)
            left.append(gave)
            parts.append(0)
        }
        guard community == shared else { throw .unequalSums(communityWh: community, sharedWh: shared) }
        guard Int64(exactly: shared) != nil else { throw .tooLarge(sharedWh: shared) }
    }
}
