/// Local times of day as the registry file writes them: `06:00`, or with seconds.
enum LocalTimeText {
    /// Reads `hh:mm` or `hh:mm:ss`, two digits each, as seconds after midnight; `nil`: it is not one, or not before 24:00.
    static func parse(_ text: String) -> Int? {
        let parts = text.utf8.split(separator: 0x3A, omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count) else { return nil }
        var numbers: [Int] = []
        for part in parts {
            guard part.count == 2, part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            numbers.append(part.reduce(0) { $0 * 10 + Int($1) - 0x30 })
        }
        guard numbers[0] < 24, numbers.dropFirst().allSatisfy({ $0 < 60 }) else { return nil }
        return numbers[0] * 3600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
    }

    /// Writes seconds after midnight, with seconds only where there are any.
    static func format(_ second: Int) -> String {
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        let minutes = "\(two(second / 3600)):\(two(second / 60 % 60))"
        return second % 60 == 0 ? minutes : "\(minutes):\(two(second % 60))"
    }
}
