/// The remainder of one part, and whose part it is.
struct RankedRemainder {
    /// total · weight mod the sum of weights.
    var remainder: Int64
    /// The part's index, which decides between equal remainders.
    var index: Int

    /// Whether it is served before another: the larger remainder, and of equal ones the smaller index.
    func isServedBefore(_ other: RankedRemainder) -> Bool {
        remainder == other.remainder ? index < other.index : remainder > other.remainder
    }

    /// Reorders `ranks` so that its first `count` are those that are served first, in no order among themselves.
    ///
    /// Hoare's selection: as no two are equal, what comes out is a set that does not depend on the order given. Nothing
    /// is allocated, and it takes time in proportion to the length, where sorting would take more.
    static func moveFirst(_ count: Int, of ranks: inout [RankedRemainder]) {
        // A span looks once, not at every access, whether the array is ours alone.
        var ranks = ranks.mutableSpan
        var low = 0
        var high = ranks.count - 1
        while low < high {
            let pivot = ranks[low + (high - low) / 2]
            var left = low
            var right = high
            while left <= right {
                while ranks[left].isServedBefore(pivot) { left += 1 }
                while pivot.isServedBefore(ranks[right]) { right -= 1 }
                guard left <= right else { break }
                ranks.swapAt(left, right)
                left += 1
                right -= 1
            }
            // Now low...right are served before right + 1 ..< left (at most the pivot itself) before left...high.
            if count <= right {
                high = right
            } else if count > left {
                low = left
            } else {
                return
            }
        }
    }
}
