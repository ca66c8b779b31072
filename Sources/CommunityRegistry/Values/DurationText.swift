/// Durations as the registry file writes them: `2h`, `15m`, `35d`, `90s`, `1d12h`, or by ISO 8601 `PT2H`, `P1DT12H`.
///
/// A day is 24 hours. Whole seconds, from 0 to 10 years.
public enum DurationText {
    /// The longest duration, in microseconds: 3,660 days.
    public static let longest: Int64 = 3_660 * 86_400_000_000

    private static let units: [(letter: UInt8, seconds: Int64)] = [
        (0x64, 86_400), (0x68, 3_600), (0x6D, 60), (0x73, 1),
    ]

    /// Reads a duration as microseconds; `nil`: it is not one, or longer than ``longest``.
    ///
    /// Each unit may occur once, the longer before the shorter.
    public static func parse(_ text: String) -> Int64? {
        if text.utf8.first == 0x50 { return parseISO(text) }
        return sum(of: text.utf8, units: units[...])
    }

    /// Writes a duration in the longest units that are exact: `2h`, `1d12h`.
    public static func format(_ micros: Int64) -> String {
        var seconds = micros / 1_000_000
        var text = ""
        for unit in units where seconds >= unit.seconds {
            text += "\(seconds / unit.seconds)\(Unicode.Scalar(unit.letter))"
            seconds %= unit.seconds
        }
        return text.isEmpty ? "0s" : text
    }

    /// `P[nD][T[nH][nM][nS]]`; months and years have no length of their own and are not durations here.
    private static func parseISO(_ text: String) -> Int64? {
        let halves = text.utf8.dropFirst().split(separator: 0x54, omittingEmptySubsequences: false)
        guard let days = halves.first, halves.count <= 2 else { return nil }
        var micros: Int64 = 0
        if !days.isEmpty {
            guard let value = sum(of: lowercased(days), units: units[..<1]) else { return nil }
            micros = value
        }
        if halves.count == 2 {
            guard let value = sum(of: lowercased(halves[1]), units: units[1...]) else { return nil }
            micros += value
        }
        guard micros <= longest, !days.isEmpty || halves.count == 2 else { return nil }
        return micros
    }

    private static func lowercased(_ bytes: Substring.UTF8View) -> [UInt8] {
        // Only capital letters are ISO 8601; a small one becomes something that no unit matches.
        bytes.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : (0x61...0x7A).contains($0) ? 0 : $0 }
    }

    private static func sum(of bytes: some Sequence<UInt8>, units: ArraySlice<(letter: UInt8, seconds: Int64)>)
        -> Int64?
    {
        var units = units
        var total: Int64 = 0
        var number: Int64?
        var anyUnit = false
        for byte in bytes {
            if (0x30...0x39).contains(byte) {
                let value = (number ?? 0) * 10 + Int64(byte) - 0x30
                guard value <= longest / 1_000_000 else { return nil }
                number = value
            } else {
                guard let value = number, let index = units.firstIndex(where: { $0.letter == byte }) else { return nil }
                total += value * units[index].seconds
                guard total <= longest / 1_000_000 else { return nil }
                units = units[(index + 1)...]
                number = nil
                anyUnit = true
            }
        }
        guard number == nil, anyUnit else { return nil }
        return total * 1_000_000
    }
}
