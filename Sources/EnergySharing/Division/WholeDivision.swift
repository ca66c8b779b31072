/// Divides whole watt-hours on weights, so that no watt-hour is lost or made.
///
/// The largest-remainder rule (also Hamilton's or Hare-Niemeyer's): with W the sum of the weights, part i is first
/// ⌊total · w_i / W⌋; what this leaves over (fewer watt-hours than there are parts) goes, one each, to the largest
/// remainders total · w_i mod W, and among equal ones to the smallest index.
///
/// Worked example: 10 Wh on weights 7, 7, 7 of W = 21. Each product is 70 = 3 · 21 + 7: 3 Wh each, 1 Wh left over, all
/// remainders equal, so the first gets it: 4, 3, 3.
///
/// What follows from it, and the keys rely on: the parts sum to the total exactly; a part of weight 0 is 0; a part is
/// its exact quota rounded down or up, so where the total is at most W no part is above its weight.
enum WholeDivision {
    /// Divides `total` Wh on `weights`; all zeros if no weight is above 0.
    ///
    /// With ``SharingRemainder/surplus`` the parts are only rounded down, and sum to less than `total` by what is left
    /// over. Neither the total nor a weight may be below 0, and the weights must sum to less than 2⁶³.
    static func divide(_ total: Int64, on weights: [Int64], remainder: SharingRemainder = .largestRemainder) -> [Int64]
    {
        let sum = weights.reduce(0, +)
        guard sum > 0, total > 0 else { return [Int64](repeating: 0, count: weights.count) }
        var parts: [Int64] = []
        parts.reserveCapacity(weights.count)
        var leftOver = total
        for weight in weights {
            let part = total.times(weight, dividedBy: sum).quotient
            parts.append(part)
            leftOver -= part
        }
        if remainder == .largestRemainder, leftOver > 0 {
            handOut(leftOver, of: total, on: weights, sum: sum, to: &parts)
        }
        return parts
    }

    /// Gives one watt-hour each to the parts with the largest remainders.
    ///
    /// There are always enough parts with a remainder above 0: the remainders sum to `leftOver · sum`, and each is less
    /// than `sum`.
    private static func handOut(
        _ leftOver: Int64,
        of total: Int64,
        on weights: [Int64],
        sum: Int64,
        to parts: inout [Int64]
    ) {
        var ranked: [(remainder: Int64, index: Int)] = []
        ranked.reserveCapacity(weights.count)
        for (index, weight) in weights.enumerated() {
            let left = total.times(weight, dividedBy: sum).remainder
            if left > 0 { ranked.append((left, index)) }
        }
        ranked.sort { ($1.remainder, $0.index) < ($0.remainder, $1.index) }
        for entry in ranked.prefix(Int(leftOver)) {
            parts[entry.index] += 1
        }
    }
}
