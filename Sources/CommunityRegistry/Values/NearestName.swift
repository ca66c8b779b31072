/// Finds what a misspelled name was probably meant to be.
public enum NearestName {
    /// The candidate that is nearest to a name, if one is near enough to suggest it.
    ///
    /// A candidate whose last part is the name counts as near: `batch_rows` for `ingest.batch_rows`.
    public static func suggestion(for name: String, among candidates: [String]) -> String? {
        let limit = max(2, name.count / 4)
        var best: (distance: Int, name: String)?
        for candidate in candidates {
            let last = String(candidate.drop { $0 != "." }.dropFirst())
            let distance = last == name ? 0 : distance(name, candidate)
            if distance <= limit, distance < (best?.distance ?? .max) { best = (distance, candidate) }
        }
        return best?.name
    }

    /// The least number of inserted, deleted, replaced or swapped neighbouring letters (optimal string alignment).
    public static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.lowercased().utf8)
        let right = Array(right.lowercased().utf8)
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, byte) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var cost = min(last[column] + (byte == other ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
