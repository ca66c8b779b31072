/// How every member's number of one interval came about.
///
/// Made by the code that settles (see ``EnergySplit/explain(_:by:)``), and complete: ``summedCommunityWh`` adds the
/// steps up again, without the key, to what ``result`` says.
public struct SplitTrace: Equatable, Sendable {
    /// The rule.
    public var rule: SharingRule
    /// The members as they were given, in tie order.
    public var members: [SharingMember]
    /// The steps on the consumers' side, in their order; none where there is nothing to share.
    public var steps: [SplitStep]
    /// The step on the producers' side.
    public var producers: DivisionStep
    /// What the split says.
    public var result: SharingResult

    /// What all members offer, G, in Wh.
    public var offeredWh: Int64 { members.reduce(0) { $0 + $1.offerWh } }
    /// What all members need, C, in Wh.
    public var neededWh: Int64 { members.reduce(0) { $0 + $1.needWh } }
    /// What is shared: what all members get, in Wh.
    public var sharedWh: Int64 { result.communityWh.reduce(0, +) }

    /// What each member took over all steps, in Wh: a_i.
    public var summedCommunityWh: [Int64] {
        var sums = [Int64](repeating: 0, count: members.count)
        for step in steps {
            switch step {
            case .division(let division): for line in division.lines { sums[line.member] += line.takenWh }
            case .queue(let queue): for line in queue.lines { sums[line.member] += line.takenWh }
            }
        }
        return sums
    }

    /// What of each member's offer was shared by the producers' step, in Wh.
    public var summedSharedWh: [Int64] {
        var sums = [Int64](repeating: 0, count: members.count)
        for line in producers.lines { sums[line.member] = line.takenWh }
        return sums
    }
}
