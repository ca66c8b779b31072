import Testing

@testable import MeterReadings

/// Eight bytes at a time, and one byte at a time: the same result.
struct SpanWordsTests {
    /// The plain twin: the first byte that is not plain, unless it stands among the last seven of what is left.
    private func plainEnd(_ bytes: [UInt8], from start: Int) -> Int {
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x20 || byte >= 0x80 || byte == 0x22 || byte == 0x5C { return index }
            index += 1
        }
        return start + (bytes.count - start) / 8 * 8
    }

    @Test func everyByteInEveryPlaceOfAWord() {
        for place in 0..<8 {
            for byte in UInt8.min...UInt8.max {
                for next in [0x00, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x5B, 0x5C, 0x5D, 0x7F, 0x80, 0xFF] as [UInt8] {
                    var bytes = Array("abcdefgh".utf8)
                    bytes[place] = byte
                    if place < 7 { bytes[place + 1] = next }
                    let end = bytes.span.plainEnd(from: 0)
                    if end != plainEnd(bytes, from: 0) { Issue.record("\(bytes): \(end)") }
                }
            }
        }
    }

    @Test func randomTexts() {
        var random = SplitMix(seed: 8)
        for _ in 0..<20_000 {
            var bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0x23...0x5B, using: &random)
            }
            if !bytes.isEmpty, Bool.random(using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let start = Int.random(in: 0...bytes.count, using: &random)
            let end = bytes.span.plainEnd(from: start)
            let expected = plainEnd(bytes, from: start)
            // Within the last seven bytes, both may stop early: who calls looks at each of them.
            #expect(end == expected || (end < expected && expected >= start + (bytes.count - start) / 8 * 8))
        }
    }

    @Test func equalityLooksAtEveryByte() {
        for count in 0...40 {
            let bytes = (0..<count).map { UInt8($0) }
            let isSame = bytes.span.equals(Array(bytes).span)
            #expect(isSame)
            for place in bytes.indices {
                var other = bytes
                other[place] ^= 0x40
                let isOther = bytes.span.equals(other.span)
                #expect(!isOther)
            }
        }
    }
}
