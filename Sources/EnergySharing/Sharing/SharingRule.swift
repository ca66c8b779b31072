/// A sharing key with its options.
public struct SharingRule: Equatable, Sendable {
    /// How surplus is split.
    public var key: SharingKey
    /// How often `equal` is applied; the other keys ignore it.
    public var rounds: SharingRounds
    /// What becomes of the remainder of rounding.
    public var remainder: SharingRemainder

    /// Makes a rule.
    public init(
        key: SharingKey = .proportional,
        rounds: SharingRounds = .one,
        remainder: SharingRemainder = .largestRemainder
    ) {
        self.key = key
        self.rounds = rounds
        self.remainder = remainder
    }
}
