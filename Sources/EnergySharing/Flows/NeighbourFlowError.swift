/// Why an interval's amounts have no flows between neighbours.
public enum NeighbourFlowError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is not one amount for each member on both sides.
    case unequalCounts(consumers: Int, producers: Int)
    /// A member got or gave less than nothing.
    case belowZero(member: Int)
    /// What consumers got is not what producers gave.
    case unequalSums(communityWh: Int128, sharedWh: Int128)
    /// The interval's sum does not fit 64 bits.
    case tooLarge(sharedWh: Int128)

    /// What is wrong, without the members' names.
    public var description: String {
        switch self {
        case .unequalCounts(let consumers, let producers):
            "\(consumers) amounts of consumers, but \(producers) of producers"
        case .belowZero(let member): "member \(member) of the interval has an amount below 0"
        case .unequalSums(let community, let shared):
            "consumers got \(community) Wh from the community, but producers gave \(shared) Wh to it"
        case .tooLarge(let shared): "\(shared) Wh in one interval are more than 64 bits hold"
        }
    }
}
