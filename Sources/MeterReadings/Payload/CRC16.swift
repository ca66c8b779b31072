/// CRC-16/ARC, by which a P1 telegram is checked.
///
/// Polynomial x^16 + x^15 + x^2 + 1, lowest bit first, beginning with 0, nothing inverted (DSMR P1 companion standard 5.0.2, section
/// 6.2). Of the text `123456789` it is 0xBB3D.
struct CRC16 {
    /// The checksum so far.
    private(set) var value: UInt16 = 0

    /// The remainders of the 256 bytes.
    private static let table: [UInt16] = (0..<256).map { byte in
        var remainder = UInt16(byte)
        for _ in 0..<8 { remainder = remainder & 1 == 1 ? (remainder >> 1) ^ 0xA001 : remainder >> 1 }
        return remainder
    }

    /// Takes in a byte.
    mutating func append(_ byte: UInt8) {
        value = (value >> 8) ^ Self.table[Int(UInt8(truncatingIfNeeded: value) ^ byte)]
    }
}
