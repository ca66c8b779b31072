/// Instants in text, as RFC 3339 writes them: `2016-08-01T07:00:00Z`, `2016-08-01T00:00-07:00`.
enum InstantText {
    /// Microseconds since 1970-01-01T00:00:00Z; `nil` if the text is not such an instant, or has a fraction of a second.
    ///
    /// Seconds may be left out, and a space may stand for the `T`. A zone is required: `Z` or an offset.
    static func microseconds(_ text: some Collection<UInt8>) -> Int64? {
        var rest = text[...]
        func number(_ digits: Int) -> Int? {
            var value = 0
            for _ in 0..<digits {
                guard let byte = rest.popFirst(), (48...57).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 48)
            }
            return value
        }
        func take(_ bytes: String) -> UInt8? {
            guard let byte = rest.popFirst(), bytes.utf8.contains(byte) else { return nil }
            return byte
        }
        guard let year = number(4), take("-") != nil, let month = number(2), take("-") != nil, let day = number(2),
            let date = CivilDay(year: year, month: month, day: day), take("Tt ") != nil,
            let hour = number(2), hour < 24, take(":") != nil, let minute = number(2), minute < 60
        else { return nil }
        var second = 0
        if rest.first == UInt8(ascii: ":") {
            rest.removeFirst()
            guard let value = number(2), value < 60 else { return nil }
            second = value
        }
        var offset = 0
        switch rest.popFirst() {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"): break
        case .some(let sign) where sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"):
            guard let hours = number(2), hours < 24, take(":") != nil, let minutes = number(2), minutes < 60 else {
                return nil
            }
            offset = (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
        default: return nil
        }
        guard rest.isEmpty else { return nil }
        let minutes = date.daysSince1970 * 1_440 + hour * 60 + minute - offset
        return (Int64(minutes) * 60 + Int64(second)) * 1_000_000
    }
}
