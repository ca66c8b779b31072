/// A whole number of any size, as plainly as it can be written: what exact arithmetic is compared with.
///
/// Its digits are 32 bits each, the lowest first, without zeros at the top; 0 has none. Numbers of one or two digits,
/// nearly all of them, take a short way; `NaturalTests` holds both ways against each other.
struct Natural: Equatable {
    /// The number itself where it has at most 64 bits; else `nil`.
    private var short: UInt64?
    /// The digits where it has more.
    private var digits: [UInt32] = []

    init(_ value: Int64) { short = UInt64(value) }

    private init(short: UInt64) { self.short = short }

    private init(digits: [UInt32]) {
        var digits = digits
        while digits.last == 0 { digits.removeLast() }
        switch digits.count {
        case 0: short = 0
        case 1: short = UInt64(digits[0])
        case 2: short = UInt64(digits[1]) << 32 | UInt64(digits[0])
        default:
            short = nil
            self.digits = digits
        }
    }

    /// The number; `nil` if it does not fit.
    var int64: Int64? { short.flatMap { Int64(exactly: $0) } }

    private var allDigits: [UInt32] {
        guard let short else { return digits }
        if short == 0 { return [] }
        return short >> 32 == 0
            ? [UInt32(truncatingIfNeeded: short)]
            : [UInt32(truncatingIfNeeded: short), UInt32(truncatingIfNeeded: short >> 32)]
    }

    static func + (left: Natural, right: Natural) -> Natural {
        if let first = left.short, let second = right.short {
            let (sum, overflow) = first.addingReportingOverflow(second)
            if !overflow { return Natural(short: sum) }
        }
        return longSum(left, right)
    }

    /// The difference; a result below 0 traps.
    static func - (left: Natural, right: Natural) -> Natural {
        if let first = left.short, let second = right.short { return Natural(short: first - second) }
        return longDifference(left, right)
    }

    static func * (left: Natural, right: Natural) -> Natural {
        if let first = left.short, let second = right.short {
            let (product, overflow) = first.multipliedReportingOverflow(by: second)
            if !overflow { return Natural(short: product) }
        }
        return longProduct(left, right)
    }

    static func < (left: Natural, right: Natural) -> Bool {
        if let first = left.short, let second = right.short { return first < second }
        let (a, b) = (left.allDigits, right.allDigits)
        if a.count != b.count { return a.count < b.count }
        for place in a.indices.reversed() where a[place] != b[place] { return a[place] < b[place] }
        return false
    }

    /// The quotient, rounded down, and the remainder.
    func divided(by divisor: Natural) -> (quotient: Natural, remainder: Natural) {
        if let first = short, let second = divisor.short {
            let (quotient, remainder) = first.quotientAndRemainder(dividingBy: second)
            return (Natural(short: quotient), Natural(short: remainder))
        }
        return longDivision(by: divisor)
    }

    // MARK: The long way, digit by digit, as on paper

    static func longSum(_ left: Natural, _ right: Natural) -> Natural {
        let (a, b) = (left.allDigits, right.allDigits)
        var sum: [UInt32] = []
        var carry: UInt64 = 0
        for place in 0..<max(a.count, b.count) {
            carry += UInt64(place < a.count ? a[place] : 0) + UInt64(place < b.count ? b[place] : 0)
            sum.append(UInt32(truncatingIfNeeded: carry))
            carry >>= 32
        }
        sum.append(UInt32(carry))
        return Natural(digits: sum)
    }

    static func longDifference(_ left: Natural, _ right: Natural) -> Natural {
        var a = left.allDigits
        let b = right.allDigits
        var borrow: Int64 = 0
        for place in a.indices {
            let digit = Int64(a[place]) - (place < b.count ? Int64(b[place]) : 0) - borrow
            a[place] = UInt32(truncatingIfNeeded: digit)
            borrow = digit < 0 ? 1 : 0
        }
        precondition(borrow == 0 && b.count <= a.count, "below 0")
        return Natural(digits: a)
    }

    static func longProduct(_ left: Natural, _ right: Natural) -> Natural {
        let (a, b) = (left.allDigits, right.allDigits)
        var product = [UInt32](repeating: 0, count: a.count + b.count)
        for place in a.indices {
            var carry: UInt64 = 0
            for other in b.indices {
                carry += UInt64(a[place]) * UInt64(b[other]) + UInt64(product[place + other])
                product[place + other] = UInt32(truncatingIfNeeded: carry)
                carry >>= 32
            }
            product[place + b.count] = UInt32(carry)
        }
        return Natural(digits: product)
    }

    /// Digit by digit from the top; each digit of the quotient is found by halving.
    func longDivision(by divisor: Natural) -> (quotient: Natural, remainder: Natural) {
        precondition(divisor.short != 0, "division by 0")
        var quotient: [UInt32] = []
        var rest = Natural(0)
        for digit in allDigits.reversed() {
            rest = Natural(digits: [digit] + rest.allDigits)
            var low: UInt64 = 0
            var high: UInt64 = 1 << 32
            while high - low > 1 {
                let middle = (low + high) / 2
                if rest < Natural.longProduct(Natural(short: middle), divisor) { high = middle } else { low = middle }
            }
            rest = Natural.longDifference(rest, Natural.longProduct(Natural(short: low), divisor))
            quotient.append(UInt32(low))
        }
        return (Natural(digits: quotient.reversed()), rest)
    }
}
