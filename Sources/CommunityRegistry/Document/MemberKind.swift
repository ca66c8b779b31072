/// What a member is, by the names that the registry uses.
public enum MemberKind: String, Sendable, CaseIterable {
    /// A home.
    case household
    /// A company.
    case business
    /// A school, a town hall, a street's lights.
    case `public`
    /// The supplier or the operator of a plant.
    case supplier
}
