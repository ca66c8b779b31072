/// Compresses messages as gzip (RFC 1952): one block of DEFLATE with fixed codes (RFC 1951, section 3.2.6).
///
/// Small and plain rather than dense; it shares no code with the worker's decompression.
struct GzipWriter {
    private static let shortest = 3
    private static let longest = 258
    private static let window = 32_768

    private var output: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
    private var bits: UInt64 = 0
    private var bitCount = 0

    /// The compressed form of some bytes.
    static func compress(_ bytes: [UInt8]) -> [UInt8] {
        var writer = GzipWriter()
        writer.put(1, 1)  // the last block
        writer.put(1, 2)  // with fixed codes
        writer.deflate(bytes)
        writer.putSymbol(256)
        writer.put(0, (8 - writer.bitCount) & 7)
        for number in [checksum(bytes), UInt32(truncatingIfNeeded: bytes.count)] {
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                writer.output.append(UInt8(truncatingIfNeeded: number >> shift))
            }
        }
        return writer.output
    }

    /// CRC-32 (ISO 3309), as RFC 1952 asks for.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var remainder = UInt32.max
        for byte in bytes {
            remainder ^= UInt32(byte)
            for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
        }
        return ~remainder
    }

    /// Writes each stretch that stood there before as a reference to where it stood last, and everything else as it is.
    private mutating func deflate(_ bytes: [UInt8]) {
        var latest: [UInt32: Int] = [:]
        var index = 0
        while index < bytes.count {
            guard index + Self.shortest <= bytes.count else {
                putSymbol(Int(bytes[index]))
                index += 1
                continue
            }
            let start = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
            let earlier = latest.updateValue(index, forKey: start)
            guard let earlier, index - earlier <= Self.window else {
                putSymbol(Int(bytes[index]))
                index += 1
                continue
            }
            var length = Self.shortest
            while length < Self.longest, index + length < bytes.count, bytes[earlier + length] == bytes[index + length]
            {
                length += 1
            }
            putReference(length: length, distance: index - earlier)
            index += length
        }
    }

    /// The first length of each length code from 257 on, with the number of extra bits (RFC 1951, section 3.2.5).
    private static let lengths: [(first: Int, extra: Int)] =
        (0..<8).map { (3 + $0, 0) }
        + (8..<28).map { code in
            let extra = code / 4 - 1
            return (3 + (4 + code % 4) << extra, extra)
        } + [(258, 0)]

    /// The first distance of each distance code, with the number of extra bits.
    private static let distances: [(first: Int, extra: Int)] =
        (0..<4).map { (1 + $0, 0) }
        + (4..<30).map { code in
            let extra = code / 2 - 1
            return (1 + (2 + code % 2) << extra, extra)
        }

    private mutating func putReference(length: Int, distance: Int) {
        let lengthCode = Self.lengths.lastIndex { $0.first <= length } ?? 0
        putSymbol(257 + lengthCode)
        put(length - Self.lengths[lengthCode].first, Self.lengths[lengthCode].extra)
        let distanceCode = Self.distances.lastIndex { $0.first <= distance } ?? 0
        putReversed(distanceCode, 5)
        put(distance - Self.distances[distanceCode].first, Self.distances[distanceCode].extra)
    }

    /// A literal, the end of the block (256) or a length, in the fixed code.
    private mutating func putSymbol(_ symbol: Int) {
        switch symbol {
        case ..<144: putReversed(0x30 + symbol, 8)
        case ..<256: putReversed(0x190 + symbol - 144, 9)
        case ..<280: putReversed(symbol - 256, 7)
        default: putReversed(0xC0 + symbol - 280, 8)
        }
    }

    /// Codes stand with their highest bit first.
    private mutating func putReversed(_ code: Int, _ count: Int) {
        for place in (0..<count).reversed() { put(code >> place & 1, 1) }
    }

    /// Everything else stands with its lowest bit first.
    private mutating func put(_ value: Int, _ count: Int) {
        bits |= UInt64(value) << UInt64(bitCount)
        bitCount += count
        while bitCount >= 8 {
            output.append(UInt8(truncatingIfNeeded: bits))
            bits >>= 8
            bitCount -= 8
        }
    }
}
