/// Finds the name that somebody probably meant.
enum NearestName {
    /// The known name nearest to what was written, if it is near enough to be a slip: at most a third of its letters.
    static func of(_ written: String, among known: [String]) -> String? {
        let measured = known.map { (name: $0, distance: distance(written, $0)) }
        guard let nearest = measured.min(by: { $0.distance < $1.distance }) else { return nil }
        return nearest.distance <= max(1, nearest.name.count / 3) ? nearest.name : nil
    }

    /// The least number of letters to insert, delete or replace (Levenshtein), without regard to case.
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.lowercased())
        let right = Array(right.lowercased())
        var row = Array(0...right.count)
        for (i, leftLetter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, rightLetter) in right.enumerated() {
                let replaced = diagonal + (leftLetter == rightLetter ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
