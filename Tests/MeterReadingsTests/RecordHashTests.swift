import MeterReadings
import Testing

/// The fingerprint of a record: stable for ever, and different for different records.
struct RecordHashTests {
    private func hash(_ value: [UInt8]?, _ key: [UInt8]? = nil, _ timestamp: Int64? = nil) -> Int64 {
        switch (value, key) {
        case (let value?, let key?): RecordHash.hash(value: value.span, key: key.span, timestamp: timestamp)
        case (let value?, nil): RecordHash.hash(value: value.span, key: nil, timestamp: timestamp)
        case (nil, let key?): RecordHash.hash(value: nil, key: key.span, timestamp: timestamp)
        case (nil, nil): RecordHash.hash(value: nil, key: nil, timestamp: timestamp)
        }
    }

    @Test func storedFingerprintsKeepTheirMeaning() {
        // Computed by a separate implementation, in Python.
        #expect(hash(nil) == -5_060_778_995_650_745_610)
        #expect(hash(Array("{\"v\":1}".utf8)) == -7_876_825_832_667_770_608)
        #expect(
            hash(Array("{\"v\":1,\"t\":0}".utf8), Array("meter-0001".utf8), 1_757_506_202_000)
                == -7_048_271_811_567_693_168
        )
    }

    @Test func missingEmptyAndZeroDiffer() {
        var seen: Set<Int64> = []
        var count = 0
        for value in [nil, [], [0], [0, 0], Array(repeating: 0, count: 8), Array(repeating: 0, count: 16)] as [[UInt8]?]
        {
            for key in [nil, [], [0], Array(repeating: 0, count: 8)] as [[UInt8]?] {
                for timestamp in [nil, 0, 1] as [Int64?] {
                    seen.insert(hash(value, key, timestamp))
                    count += 1
                }
            }
        }
        #expect(seen.count == count)
    }

    @Test func everyBitCounts() {
        let value = Array("{\"v\":1,\"t\":1774748700000,\"import_wh\":2714190}".utf8)
        let original = hash(value, [1, 2, 3], 7)
        var seen: Set = [original]
        for bit in 0..<value.count * 8 {
            var changed = value
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let other = hash(changed, [1, 2, 3], 7)
            seen.insert(other)
            // About half of the 64 bits change; fewer than 10 would be a chance of 1 in 10^9.
            #expect((original ^ other).nonzeroBitCount >= 10)
        }
        for bit in 0..<64 { seen.insert(hash(value, [1, 2, 3], 7 ^ (1 << bit))) }
        #expect(seen.count == value.count * 8 + 64 + 1)
    }

    @Test func bytesDoNotMoveBetweenKeyAndValue() {
        let bytes = Array("0123456789abcdef0123".utf8)
        let hashes = (0...bytes.count).map { hash(Array(bytes[..<$0]), Array(bytes[$0...])) }
        #expect(Set(hashes).count == bytes.count + 1)
    }
}
