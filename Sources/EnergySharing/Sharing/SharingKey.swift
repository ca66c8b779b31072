/// How a community's surplus is split among its members, by the names that the registry uses.
public enum SharingKey: String, Sendable, CaseIterable {
    /// In proportion to what each member draws in the interval.
    case proportional
    /// By agreed fixed shares; what a member cannot use leaves as surplus.
    case `static`
    /// By agreed fixed shares, repeated on what is left among those that still need something.
    case staticMultiRound = "static-multi-round"
    /// By agreed fixed shares, then what is left in proportion to what is still needed.
    case hybrid
    /// By equal shares among the members that need something.
    case equal
    /// In a fixed order, until the surplus is used up.
    case priority
    /// Only the total counts; the rows are as `proportional`, for information.
    case pool

    /// Whether it divides by the members' fixed shares.
    public var usesShares: Bool {
        switch self {
        case .static, .staticMultiRound, .hybrid: true
        case .proportional, .equal, .priority, .pool: false
        }
    }
}
