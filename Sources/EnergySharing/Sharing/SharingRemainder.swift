/// What becomes of the watt-hours that rounding down leaves over.
public enum SharingRemainder: String, Sendable, CaseIterable {
    /// One each to the largest remainders; ties to the smallest hub device id by bytes.
    case largestRemainder = "largest-remainder"
    /// They leave as surplus, as some operators do it.
    case surplus
}
