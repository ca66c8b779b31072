/// Division of whole numbers, rounded to the nearest and from the middle to the even one.
enum HalfEven {
    /// `value / divisor` (the divisor above 0), rounded half to even: 5 / 2 is 2, 7 / 2 is 4, −5 / 2 is −2.
    static func divide(_ value: Int128, by divisor: Int128) -> Int128 {
        precondition(divisor > 0, "a divisor is above 0")
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        let rest = remainder.magnitude
        let gap = UInt128(divisor) - rest
        if rest < gap || (rest == gap && quotient % 2 == 0) { return quotient }
        return quotient + (value < 0 ? -1 : 1)
    }
}
