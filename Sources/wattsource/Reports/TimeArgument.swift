import ArgumentParser
import PostgresStore

/// A point in time on the command line: a local date or an instant.
struct TimeArgument: ExpressibleByArgument, Equatable {
    /// What it says.
    let bound: ReportBound
    /// The same where there is no community: a date begins at midnight UTC.
    ///
    /// Microseconds since 1970-01-01T00:00:00Z.
    let instantInUTC: Int64

    /// Reads `2016-08-01` (a local day of the community) or RFC 3339 (`2016-08-01T00:00:00-07:00`); `nil` for anything else.
    init?(argument: String) {
        let bytes = Array(argument.utf8)
        // The date alone, as an instant in UTC: that is also how days are counted.
        guard bytes.count >= 10,
            let midnight = InstantText.parse(String(decoding: bytes[..<10], as: UTF8.self) + "T00:00:00Z")
        else { return nil }
        var text = FieldReader(bytes)
        guard let year = text.number(digits: 4), year >= 1, text.take("-"), let month = text.number(digits: 2),
            text.take("-"), let day = text.number(digits: 2)
        else { return nil }
        guard !text.isAtEnd else {
            instantInUTC = midnight
            bound = .localDate(year: Int32(year), month: Int32(month), day: Int32(day))
            return
        }
        guard text.take("T") || text.take("t") || text.take(" "), let hour = text.number(digits: 2), hour < 24,
            text.take(":"), let minute = text.number(digits: 2), minute < 60,
            text.take(":"), let second = text.number(digits: 2), second < 60,
            let fraction = text.fraction(), let offset = text.offset(), text.isAtEnd
        else { return nil }
        instantInUTC = midnight + (hour * 3600 + minute * 60 + second - offset) * 1_000_000 + fraction
        bound = .instant(instantInUTC)
    }
}

/// Reads fixed fields of digits from the front of a text.
private struct FieldReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    /// Takes one character if it is next.
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard place < bytes.count, UInt32(bytes[place]) == character.value else { return false }
        place += 1
        return true
    }

    /// Takes exactly so many digits; `nil`, and nothing taken, if they are not there.
    mutating func number(digits: Int) -> Int64? {
        guard place + digits <= bytes.count else { return nil }
        var number: Int64 = 0
        for byte in bytes[place..<place + digits] {
            guard (0x30...0x39).contains(byte) else { return nil }
            number = number * 10 + Int64(byte - 0x30)
        }
        place += digits
        return number
    }

    /// Takes a decimal fraction of a second, if one follows, in microseconds; `nil`: more or fewer than 1 to 6 digits.
    mutating func fraction() -> Int64? {
        guard take(".") else { return 0 }
        var microseconds: Int64 = 0
        var unit: Int64 = 100_000
        var digits = 0
        while let digit = number(digits: 1) {
            microseconds += digit * unit
            unit /= 10
            digits += 1
        }
        return (1...6).contains(digits) ? microseconds : nil
    }

    /// Takes the zone: `Z`, or an offset from UTC in seconds east; `nil`: there is none.
    mutating func offset() -> Int64? {
        if take("Z") || take("z") { return 0 }
        let isEast = take("+")
        guard isEast || take("-"), let hours = number(digits: 2), hours < 24, take(":"),
            let minutes = number(digits: 2), minutes < 60
        else { return nil }
        return (isEast ? 1 : -1) * (hours * 3600 + minutes * 60)
    }
}
