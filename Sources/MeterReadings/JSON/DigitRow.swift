/// Digits one after another, of which the first so many make up a whole number and the others are the rest.
struct DigitRow {
    /// How many digits still belong to the whole number; below 1: none.
    private var taken: Int
    /// The whole number so far.
    private(set) var whole: UInt64 = 0
    /// Whether the whole number has left what `UInt64` can hold; `whole` then means nothing.
    private(set) var overflows = false
    /// Whether a digit other than 0 is in the rest.
    private(set) var hasRest = false

    /// Makes an empty row whose first `taken` digits are the whole number.
    init(taken: Int) { self.taken = taken }

    /// Whether a digit other than 0 has been appended.
    var isNotZero: Bool { overflows || hasRest || whole > 0 }

    /// Appends decimal digits of a text.
    @inline(__always)
    mutating func append(_ text: Span<UInt8>, _ digits: Range<Int>) {
        for index in digits {
            let digit = text[index] &- UInt8(ascii: "0")
            if taken > 0 {
                append(digit)
            } else if digit != 0 {
                hasRest = true
            }
        }
    }

    /// Appends the zeros that the whole number still lacks; at most 20 are needed to know that it does not fit.
    mutating func appendZeros() {
        guard whole > 0 else { return }
        while taken > 0, !overflows { append(0) }
    }

    @inline(__always)
    private mutating func append(_ digit: UInt8) {
        taken -= 1
        guard !overflows else { return }
        let (product, tooLarge) = whole.multipliedReportingOverflow(by: 10)
        let (sum, carries) = product.addingReportingOverflow(UInt64(digit))
        whole = sum
        overflows = tooLarge || carries
    }
}
