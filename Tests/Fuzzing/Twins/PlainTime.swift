/// RFC 3339 by cutting the text up, with the calendar counted year by year.
///
/// The twin of `UTCTime`.
enum PlainTime {
    /// The instant in microseconds since 1970; `nil` if the text is refused.
    static func parse(_ bytes: [UInt8]) -> Int64? {
        guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
        let text = bytes.map { Character(Unicode.Scalar($0)) }
        guard text.count >= 20 else { return nil }
        let pattern: [Character] = Array("dddd-dd-ddTdd:dd:dd")
        for (letter, form) in zip(text, pattern) {
            switch form {
            case "d": if !isDigit(letter) { return nil }
            case "T": if letter != "T" && letter != "t" { return nil }
            default: if letter != form { return nil }
            }
        }
        func number(_ range: Range<Int>) -> Int { text[range].reduce(0) { $0 * 10 + ($1.wholeNumberValue ?? 0) } }
        let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
        let (hour, minute, second) = (number(11..<13), number(14..<16), number(17..<19))
        guard (1...12).contains(month), hour < 24, minute < 60, second < 60 else { return nil }
        let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...lengths[month - 1]).contains(day) else { return nil }
        var next = 19
        var fraction = 0
        if text[next] == "." {
            let digits = text[(next + 1)...].prefix(while: isDigit)
            guard !digits.isEmpty else { return nil }
            next += 1 + digits.count
            let six = Array(digits.prefix(6)) + Array(repeating: "0", count: max(0, 6 - digits.count))
            fraction = six.reduce(0) { $0 * 10 + ($1.wholeNumberValue ?? 0) }
        }
        let zone = Array(text[next...])
        var offset = 0
        if zone != ["Z"], zone != ["z"] {
            guard zone.count == 6, zone[0] == "+" || zone[0] == "-", zone[3] == ":",
                [1, 2, 4, 5].allSatisfy({ isDigit(zone[$0]) })
            else { return nil }
            let (hours, minutes) = (Int(String(zone[1...2])) ?? 99, Int(String(zone[4...5])) ?? 99)
            guard hours < 24, minutes < 60 else { return nil }
            offset = (hours * 60 + minutes) * (zone[0] == "-" ? -1 : 1)
        }
        // Leap days before the year: every 4th year from year 0 on, but not every 100th, but every 400th.
        func daysBefore(_ year: Int) -> Int { year * 365 + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400 }
        let days = daysBefore(year) - daysBefore(1970) + lengths[..<(month - 1)].reduce(0, +) + day - 1
        return Int64(((days * 24 + hour) * 60 + minute - offset) * 60 + second) * 1_000_000 + Int64(fraction)
    }

    private static func isDigit(_ letter: Character) -> Bool { ("0"..."9").contains(letter) && letter.isASCII }
}
