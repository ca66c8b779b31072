/// P1 telegrams with their checksum, computed bit by bit: the twin of `CRC16`.
enum DSMRTelegram {
    /// A telegram of these lines.
    static func text(_ lines: [String]) -> String {
        let body = "/KFM5KAIFA-METER\r\n\r\n" + lines.map { $0 + "\r\n" }.joined() + "!"
        let digits = String(checksum(Array(body.utf8)), radix: 16, uppercase: true)
        return body + String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// CRC-16/ARC.
    static func checksum(_ bytes: [UInt8]) -> UInt16 {
        var sum: UInt16 = 0
        for byte in bytes {
            sum ^= UInt16(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xA001 : sum >> 1 }
        }
        return sum
    }
}
