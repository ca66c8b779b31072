/// Base64, checksums and packed data in the plainest way: for tests, to be packed again by nobody.
enum PlainPacking {
    /// Base64 by RFC 4648, section 4.
    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = (0..<3).map { start + $0 < bytes.count ? Int(bytes[start + $0]) : 0 }
            let bits = group[0] << 16 | group[1] << 8 | group[2]
            let letters = min(3, bytes.count - start) + 1
            for place in 0..<4 { text.append(place < letters ? alphabet[bits >> (18 - 6 * place) & 63] : "=") }
        }
        return text
    }

    /// CRC-32 as gzip has it, bit by bit.
    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }

    /// A gzip member of stored blocks: RFC 1952 around RFC 1951, section 3.2.4.
    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255] + stored(bytes) + little(crc32(bytes))
            + little(UInt32(truncatingIfNeeded: bytes.count))
    }

    /// The zlib format with stored blocks: RFC 1950.
    static func zlib(_ bytes: [UInt8]) -> [UInt8] {
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return [0x78, 0x01] + stored(bytes) + little(b << 16 | a).reversed()
    }

    /// A gzip member that claims to be `count` x 258 + 1 zeros, in 13 bits for each 258; what comes behind them is missing.
    ///
    /// One block with fixed codes (RFC 1951, section 3.2.6): a literal 0, then again and again length 258 at distance 1.
    static func bomb(_ count: Int) -> [UInt8] {
        var bits: [Bool] = [true, true, false]
        bits += [false, false, true, true, false, false, false, false]
        for _ in 0..<count {
            bits += [true, true, false, false, false, true, false, true]
            bits += [false, false, false, false, false]
        }
        var bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
        for start in stride(from: 0, to: bits.count, by: 8) {
            var byte: UInt8 = 0
            for place in 0..<min(8, bits.count - start) where bits[start + place] { byte |= 1 << UInt8(place) }
            bytes.append(byte)
        }
        return bytes
    }

    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var blocks: [UInt8] = []
        var start = 0
        repeat {
            let count = min(65_535, bytes.count - start)
            blocks.append(start + count == bytes.count ? 1 : 0)
            blocks += [UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8 & 255)]
            blocks += bytes[start..<start + count]
            start += count
        } while start < bytes.count
        return blocks
    }

    private static func little(_ word: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }
}
