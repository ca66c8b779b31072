/// Eight bytes at a time. Each recipe has a plain twin in the tests.
extension Span<UInt8> {
    /// The eight bytes from `index` on, the first one lowest.
    ///
    /// Traps if they are not all there.
    @inline(__always)
    func word(at index: Int) -> UInt64 {
        // Holds because every bit pattern is a UInt64, and the call checks that the bytes lie within the span.
        unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// The index of the first byte from `index` on that is not plain in a JSON string, or one of the last eight if there is none
    /// before: plain is ASCII from the space on, without quotation mark and backslash.
    ///
    /// A byte's highest bit is set in `marks` if it is not plain. A subtraction may borrow from the next byte, so bits above the
    /// lowest one may be wrong, but the lowest one is right: it is set by its own byte, and nothing below it borrows.
    @inline(__always)
    func plainEnd(from index: Int) -> Int {
        var index = index
        while index + 8 <= count {
            let word = word(at: index)
            let quotationMarks = (word ^ 0x2222_2222_2222_2222) &- 0x0101_0101_0101_0101
            let backslashes = (word ^ 0x5C5C_5C5C_5C5C_5C5C) &- 0x0101_0101_0101_0101
            let controls = word &- 0x2020_2020_2020_2020
            let marks = (quotationMarks | backslashes | controls | word) & 0x8080_8080_8080_8080
            if marks != 0 { return index + (marks.trailingZeroBitCount >> 3) }
            index += 8
        }
        return index
    }
}
