extension Int64 {
    /// `self · factor / divisor`, rounded down, and what the division leaves; the product has 128 bits.
    ///
    /// 1,000,000,000,000 Wh times the microseconds of a day is 8.6 · 10²², far beyond 64 bits, and a rounded product
    /// would lose watt-hours. All three numbers must be at least 0, the divisor more than 0, and the quotient must fit
    /// 64 bits (it does wherever `self` or `factor` is at most the divisor); anything else is a bug of the caller and
    /// traps.
    func times(_ factor: Int64, dividedBy divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        precondition(
            self >= 0 && factor >= 0 && divisor > 0,
            "only amounts, spans and shares are divided, none below 0"
        )
        let short = multipliedReportingOverflow(by: factor)
        if !short.overflow {
            return short.partialValue.quotientAndRemainder(dividingBy: divisor)
        }
        let product = UInt64(self).multipliedFullWidth(by: UInt64(factor))
        let wide = UInt64(divisor).dividingFullWidth(product)
        return (Int64(wide.quotient), Int64(wide.remainder))
    }
}
