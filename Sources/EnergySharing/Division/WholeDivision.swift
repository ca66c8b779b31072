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
        var parts = [Int64](repeating: 0, count: weights.count)
        var ranks: [RankedRemainder] = []
        divide(total, on: weights, remainder: remainder, into: &parts, ranks: &ranks)
        return parts
    }

    /// Divides as ``divide(_:on:remainder:)`` does, into `parts` that are there already, one for each weight; `ranks`
    /// is room to work in.
    static func divide(
        _ total: Int64,
        on weights: [Int64],
        remainder: SharingRemainder = .largestRemainder,
        into parts: inout [Int64],
        ranks: inout [RankedRemainder]
    ) {
        let sum = weights.reduce(0, +)
        guard sum > 0, total > 0 else {
            for index in parts.indices { parts[index] = 0 }
            return
        }
        var leftOver = total
        ranks.removeAll(keepingCapacity: true)
        for (index, weight) in weights.enumerated() {
            let part = total.times(weight, dividedBy: sum)
            parts[index] = part.quotient
            leftOver -= part.quotient
            if part.remainder > 0 { ranks.append(RankedRemainder(remainder: part.remainder, index: index)) }
        }
        guard remainder == .largestRemainder, leftOver > 0 else { return }
        // There are always enough parts with a remainder above 0: the remainders sum to leftOver · sum, and each is
        // less than sum.
        RankedRemainder.moveFirst(Int(leftOver), of: &ranks)
        for rank in ranks.prefix(Int(leftOver)) {
            parts[rank.index] += 1
        }
    }
}
