/// A decimal number brought to a unit: what is left of it when the unit is the smallest step.
struct ScaledDecimal: Equatable {
    /// Whether the exact number is below zero. (`-0` is not.)
    var isNegative: Bool
    /// The whole part of its absolute value; `nil` if `UInt64` cannot hold it.
    var magnitude: UInt64?
    /// Whether nothing but zeros follows the whole part.
    var isWhole: Bool

    /// The number, if it is a whole one that `Int64` holds.
    var int64: Int64? {
        guard isWhole, let magnitude, let value = Int64(exactly: magnitude) else { return nil }
        return isNegative ? -value : value
    }
}
