/// One step of a sharing key in one interval.
public enum SplitStep: Equatable, Sendable {
    /// An amount was divided on weights.
    case division(DivisionStep)
    /// Members were served one after the other.
    case queue(QueueStep)
}
