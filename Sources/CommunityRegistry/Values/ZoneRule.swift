internal import EnergySharing

/// A zone's rule for all years to come, as POSIX writes it: `CET-1CEST,M3.5.0,M10.5.0/3`.
///
/// With the extensions of RFC 9636, section 3.3.2: hours of changes from −167 to 167.
struct ZoneRule {
    /// A day of every year, and the local time on it.
    private struct Day {
        enum Form {
            /// The week's day in a month: the n-th (5: the last).
            case weekday(month: Int, week: Int, day: Int)
            /// The day of the year from 1, without 29 February.
            case julian(Int)
            /// The day of the year from 0.
            case ordinal(Int)
        }

        var form: Form
        /// The local time that holds before the change, in seconds after midnight.
        var seconds: Int64
    }

    private let standard: Int32
    private let summer: Int32
    /// When summer time begins and ends; `nil`: there is none.
    private let days: (begin: Day, end: Day)?

    /// Reads a rule; `nil`: it is not one.
    init?(_ text: String) {
        var reader = Reader(text)
        guard reader.name(), let west = reader.time() else { return nil }
        standard = Int32(-west)
        if reader.isAtEnd {
            (summer, days) = (standard, nil)
            return
        }
        guard reader.name() else { return nil }
        if reader.isNext(",") {
            summer = standard + 3600
        } else {
            guard let west = reader.time() else { return nil }
            summer = Int32(-west)
        }
        guard reader.take(","), let begin = Self.day(&reader), reader.take(","), let end = Self.day(&reader),
            reader.isAtEnd
        else { return nil }
        days = (begin, end)
    }

    /// The changes of the years, ascending.
    func transitions(fromYear first: Int, toYear last: Int) -> [ZoneFile.Transition] {
        guard let days else { return [] }
        return (first...last).flatMap { year in
            [
                ZoneFile.Transition(from: Self.second(of: days.begin, year) - Int64(standard), offset: summer),
                ZoneFile.Transition(from: Self.second(of: days.end, year) - Int64(summer), offset: standard),
            ]
        }.sorted { $0.from < $1.from }
    }

    private static func day(_ reader: inout Reader) -> Day? {
        let form: Day.Form
        if reader.take("M") {
            guard let month = reader.number(), (1...12).contains(month), reader.take("."), let week = reader.number(),
                (1...5).contains(week), reader.take("."), let day = reader.number(), (0...6).contains(day)
            else { return nil }
            form = .weekday(month: month, week: week, day: day)
        } else if reader.take("J") {
            guard let day = reader.number(), (1...365).contains(day) else { return nil }
            form = .julian(day)
        } else {
            guard let day = reader.number(), (0...365).contains(day) else { return nil }
            form = .ordinal(day)
        }
        guard reader.take("/") else { return Day(form: form, seconds: 2 * 3600) }
        guard let seconds = reader.time() else { return nil }
        return Day(form: form, seconds: Int64(seconds))
    }

    /// The local time of a change, in seconds since 1970-01-01T00:00:00 of the same clock.
    private static func second(of day: Day, _ year: Int) -> Int64 {
        let days: Int
        switch day.form {
        case .weekday(let month, let week, let weekday):
            let first = daysSince1970(year, month, 1)
            // 1970-01-01 was a Thursday, 4.
            let firstWeekday = ((first + 4) % 7 + 7) % 7
            var candidate = first + (weekday - firstWeekday + 7) % 7 + 7 * (week - 1)
            let next = month == 12 ? daysSince1970(year + 1, 1, 1) : daysSince1970(year, month + 1, 1)
            while candidate >= next { candidate -= 7 }
            days = candidate
        case .julian(let number):
            let isLeap = daysSince1970(year, 3, 1) - daysSince1970(year, 2, 1) == 29
            days = daysSince1970(year, 1, 1) + number - 1 + (isLeap && number >= 60 ? 1 : 0)
        case .ordinal(let number): days = daysSince1970(year, 1, 1) + number
        }
        return Int64(days) * 86_400 + day.seconds
    }

    /// Days since 1970-01-01 of a day that there is.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        guard let date = CivilDay(year: year, month: month, day: day) else {
            preconditionFailure("there is no day \(year)-\(month)-\(day)")
        }
        return date.daysSince1970
    }

    /// Reads the rule's parts from left to right.
    private struct Reader {
        private var rest: Substring.UTF8View

        init(_ text: String) { rest = Substring(text).utf8 }

        var isAtEnd: Bool { rest.isEmpty }

        func isNext(_ character: Unicode.Scalar) -> Bool { rest.first.map { UInt32($0) == character.value } ?? false }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard isNext(character) else { return false }
            rest.removeFirst()
            return true
        }

        /// A zone's abbreviation: letters, or anything between `<` and `>`.
        mutating func name() -> Bool {
            if take("<") {
                while let byte = rest.popFirst() { if byte == 0x3E { return true } }
                return false
            }
            let letters = rest.prefix { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
            rest.removeFirst(letters.count)
            return letters.count >= 3
        }

        mutating func number() -> Int? {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            guard (1...3).contains(digits.count) else { return nil }
            rest.removeFirst(digits.count)
            return digits.reduce(0) { $0 * 10 + Int($1) - 0x30 }
        }

        /// `[+-]hh[:mm[:ss]]`, in seconds.
        mutating func time() -> Int? {
            let sign = take("-") ? -1 : 1
            if sign == 1 { _ = take("+") }
            guard let hours = number(), hours <= 167 else { return nil }
            var seconds = hours * 3600
            for unit in [60, 1] where take(":") {
                guard let number = number(), number < 60 else { return nil }
                seconds += number * unit
            }
            return sign * seconds
        }
    }
}
