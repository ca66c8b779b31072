/// A whole number of any size, as plainly as it can be written: what exact arithmetic is compared with.
///
/// Its digits are 32 bits each, the lowest first, without zeros at the top; 0 has none. Numbers of up to four digits,
/// nearly all of them, take a short way; `NaturalTests` holds both ways against each other.
struct Natural: Equatable {
    /// The number itself where it has at most 128 bits; else 0.
    private var short: UInt128
    /// The digits where it has more; else `nil`.
    private var digits: [UInt32]?

    init(_ value: Int64) {
        precondition(value >= 0, "below 0")
        short = UInt128(truncatingIfNeeded: value)
    }

    private init(short: UInt128) { self.short = short }

    private init(digits: [UInt32]) {
        var digits = digits
        while digits.last == 0 { digits.removeLast() }
        short = 0
        if digits.count <= 4 {
            for digit in digits.reversed() { short = short << 32 | UInt128(digit) }
        } else {
            self.digits = digits
        }
    }

    /// The number; `nil` if it does not fit.
    var int64: Int64? { digits == nil && short >> 63 == 0 ? Int64(truncatingIfNeeded: short) : nil }

    private var allDigits: [UInt32] {
        if let digits { return digits }
        var all: [UInt32] = []
        var rest = short
        while rest != 0 {
            all.append(UInt32(truncatingIfNeeded: rest))
            rest >>= 32
        }
        return all
    }

    static func + (left: Natural, right: Natural) -> Natural {
        if left.digits == nil, right.digits == nil {
            let (sum, overflow) = left.short.addingReportingOverflow(right.short)
            if !overflow { return Natural(short: sum) }
        }
        return longSum(left, right)
    }

    /// The difference; a result below 0 traps.
    static func - (left: Natural, right: Natural) -> Natural {
        if left.digits == nil, right.digits == nil { return Natural(short: left.short - right.short) }
        return longDifference(left, right)
    }

    static func * (left: Natural, right: Natural) -> Natural {
        if left.digits == nil, right.digits == nil {
            let (product, overflow) = left.short.multipliedReportingOverflow(by: right.short)
            if !overflow { return Natural(short: product) }
        }
        return longProduct(left, right)
    }

    static func < (left: Natural, right: Natural) -> Bool {
        if left.digits == nil, right.digits == nil { return left.short < right.short }
        let (a, b) = (left.allDigits, right.allDigits)
        if a.count != b.count { return a.count < b.count }
        for place in a.indices.reversed() where a[place] != b[place] { return a[place] < b[place] }
        return false
    }

    /// The quotient, rounded down, and the remainder.
    func divided(by divisor: Natural) -> (quotient: Natural, remainder: Natural) {
        if digits == nil, divisor.digits == nil {
            let (quotient, remainder) = short.quotientAndRemainder(dividingBy: divisor.short)
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
        precondition(divisor != Natural(0), "division by 0")
        var quotient: [UInt32] = []
        var rest = Natural(0)
        for digit in allDigits.reversed() {
            rest = Natural(digits: [digit] + rest.allDigits)
            var low: UInt128 = 0
            var high: UInt128 = 1 << 32
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
