/// How a community's surplus is split among its members, by the names that the registry uses.
public enum SharingKey: String, Sendable, CaseIterable {
    /// In proportion to what each member draws in the interval.
    case proportional
    /// By agreed fixed shares; what a member cannot use leaves as surplus.
    case `static`
    /// By equal shares among the members that need something.
    case equal
}
