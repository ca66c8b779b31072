/// How often the key `equal` is applied in one interval.
public enum SharingRounds: String, Sendable, CaseIterable {
    /// Once: what a member cannot use leaves as surplus.
    case one
    /// Again on what is left, until nobody needs more or nothing is left.
    case many
}
