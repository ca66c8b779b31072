/// The middle of some numbers.
enum Median {
    /// The median, of an even number the lower mean of the two in the middle; `nil` of nothing.
    static func of(_ values: [Int64]) -> Int64? {
        if values.isEmpty { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        if sorted.count % 2 == 1 { return sorted[middle] }
        return sorted[middle - 1] + (sorted[middle] - sorted[middle - 1]) / 2
    }
}
