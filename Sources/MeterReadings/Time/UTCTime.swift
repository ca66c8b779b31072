/// Instants as text: RFC 3339 in, canonical UTC out.
///
/// Instants are microseconds since 1970-01-01T00:00:00Z.
///
/// What RFC 3339 leaves open, or what surprises, is decided so:
/// - `T` and `Z` may be in lower case (its section 5.6 says so); a space in place of `T` may not.
/// - A leap second, `:60`, is refused: a count of microseconds since 1970 has no place for it.
/// - `24:00:00` is refused: that instant is written as the next day's `00:00:00`.
/// - A fraction may have any number of digits, but at least one, behind a point, not a comma. Those beyond the sixth are
///   cut off, that is, the instant is floored to the microsecond, before 1970 as well.
/// - `-00:00` ("the local offset is not known") is UTC: the instant itself is known.
/// - Offsets go up to ±23:59, years from 0000 to 9999 by the proleptic Gregorian calendar. Whether an instant is plausible is
///   not asked here; ``ReadingRules`` judges that.
/// - Years, months, days, hours, minutes and seconds have all of their digits; nothing may stand in front or behind.
public enum UTCTime {
    /// Microseconds in a second.
    public static let second: Int64 = 1_000_000
    /// Microseconds in a day.
    public static let day: Int64 = 86_400 * second

    /// Reads an instant; `nil` if the text is refused.
    public static func parse(_ text: Span<UInt8>) -> Int64? {
        try? read(text)
    }

    /// Reads an instant, in microseconds since 1970-01-01T00:00:00Z.
    ///
    /// - Throws: why the text is refused: its form first, then its meaning from left to right.
    public static func read(_ text: Span<UInt8>) throws(UTCTimeFault) -> Int64 {
        let (civil, offset) = try readCivil(text)
        guard let offset else { throw .noZone }
        return civil - Int64(offset * 60) * Self.second
    }

    /// Reads what the clock on the wall shows, as if it were UTC, and the minutes that it is ahead of UTC; `nil`: the text does not say.
    ///
    /// - Throws: why the text is refused, see ``read(_:)``; never ``UTCTimeFault/noZone``.
    @inline(__always)
    static func readCivil(_ text: Span<UInt8>) throws(UTCTimeFault) -> (civil: Int64, offsetMinutes: Int?) {
        guard text.count >= 19, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            text[10] | 0x20 == UInt8(ascii: "t"), text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":")
        else { throw .malformed }
        let year = try number(text, 0) * 100 + number(text, 2)
        let month = try number(text, 5)
        let day = try number(text, 8)
        let hour = try number(text, 11)
        let minute = try number(text, 14)
        let second = try number(text, 17)
        var index = 19
        let fraction = try fraction(text, &index)
        let offset = try offsetMinutes(text, index)
        guard let date = CivilDate(year: year, month: month, day: day) else { throw .noSuchDay }
        guard hour < 24, minute < 60, second < 60 else { throw .noSuchTime }
        let minutes = date.daysSince1970 * 1440 + hour * 60 + minute
        return (Int64(minutes * 60 + second) * Self.second + fraction, offset)
    }

    /// Reads an instant, the fault as a value.
    static func result(_ text: Span<UInt8>) -> Result<Int64, UTCTimeFault> {
        do throws(UTCTimeFault) { return .success(try read(text)) } catch { return .failure(error) }
    }

    /// The canonical text of an instant: `2026-03-29T01:15:00Z`, and a fraction of six digits at most, without zeros at its end,
    /// only if it is not zero.
    ///
    /// Years beyond 0000 to 9999, which RFC 3339 does not have, get a sign and as many digits as they need.
    public static func format(_ microseconds: Int64) -> String {
        let seconds = floorDivide(microseconds, second)
        let days = floorDivide(seconds.quotient, 86_400)
        let date = CivilDate(daysSince1970: Int(days.quotient))
        let clock = Int(days.remainder)
        var text = (0...9999).contains(date.year) ? "" : date.year < 0 ? "-" : "+"
        text += "\(padded(abs(date.year), 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T"
        text += "\(padded(clock / 3600, 2)):\(padded(clock / 60 % 60, 2)):\(padded(clock % 60, 2))"
        if seconds.remainder != 0 {
            text += "." + padded(Int(seconds.remainder), 6)
            while text.last == "0" { text.removeLast() }
        }
        return text + "Z"
    }

    /// The two digits at `index`.
    @inline(__always)
    private static func number(_ text: Span<UInt8>, _ index: Int) throws(UTCTimeFault) -> Int {
        let tens = text[index] &- UInt8(ascii: "0")
        let ones = text[index + 1] &- UInt8(ascii: "0")
        guard tens < 10, ones < 10 else { throw .malformed }
        return Int(tens) * 10 + Int(ones)
    }

    /// The microseconds of the fraction at `index`, if one stands there; `index` moves behind it.
    private static func fraction(_ text: Span<UInt8>, _ index: inout Int) throws(UTCTimeFault) -> Int64 {
        guard index < text.count, text[index] == UInt8(ascii: ".") else { return 0 }
        index += 1
        let start = index
        var worth: Int64 = 100_000
        var microseconds: Int64 = 0
        while index < text.count, text[index] &- UInt8(ascii: "0") < 10 {
            microseconds += Int64(text[index] - UInt8(ascii: "0")) * worth
            worth /= 10
            index += 1
        }
        guard index > start else { throw .malformed }
        return microseconds
    }

    /// The minutes that local time is ahead of UTC, from `index` to the end of the text; `nil` if nothing stands there.
    private static func offsetMinutes(_ text: Span<UInt8>, _ index: Int) throws(UTCTimeFault) -> Int? {
        guard index < text.count else { return nil }
        if text.count == index + 1, text[index] | 0x20 == UInt8(ascii: "z") { return 0 }
        let sign = text[index]
        guard text.count == index + 6, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            text[index + 3] == UInt8(ascii: ":")
        else { throw .malformed }
        let hours = try number(text, index + 1)
        let minutes = try number(text, index + 4)
        guard hours < 24, minutes < 60 else { throw .noSuchOffset }
        return (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }

    /// A number with zeros in front until it has `width` digits.
    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// Division that rounds down, so that the remainder is never negative.
    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
