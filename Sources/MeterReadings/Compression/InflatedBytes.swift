/// A buffer for unpacked bytes that keeps its memory from record to record.
struct InflatedBytes: Sendable {
    private var storage: [UInt8] = []
    /// How many bytes there are.
    private(set) var count = 0

    /// Forgets the bytes.
    mutating func removeAll() { count = 0 }

    /// Lends the bytes.
    func with<Result>(_ body: (Span<UInt8>) -> Result) -> Result { body(storage.span.extracting(first: count)) }

    /// Lends free space, at most up to `limit` bytes in all, and takes note of how much of it was filled.
    ///
    /// - Parameter fill: gets at least one byte of space, unless the limit is reached, and returns how many it wrote.
    mutating func append(limit: Int, _ fill: (UnsafeMutableBufferPointer<UInt8>) -> Int) {
        if count == storage.count, count < limit {
            let size = min(limit, max(16_384, 2 * count))
            storage.append(contentsOf: repeatElement(0, count: size - count))
        }
        let used = count
        let end = min(storage.count, limit)
        let written = unsafe storage.withUnsafeMutableBufferPointer { bytes in
            // Holds because the range lies within the array, and the pointer is used within this call only.
            unsafe fill(UnsafeMutableBufferPointer(rebasing: bytes[used..<end]))
        }
        precondition((0...end - used).contains(written), "more was written than there was space for")
        count += written
    }
}
