/// A fingerprint of one record, by which a re-created topic is told from the one that was there before.
///
/// It is the same on every run and machine, and it is not cryptographic: it guards against mistakes, not against forgery. Eight
/// bytes a step, with the rounds and constants of xxHash64's tail
/// (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md); the composition of key, value and timestamp is our own.
/// Stored positions depend on it: it must never change.
public struct RecordHash {
    private var state: UInt64 = 0x27D4_EB2F_1656_67C5

    /// The fingerprint of a record's value, key and timestamp, each of which may be missing.
    ///
    /// The timestamp's unit does not matter, as long as it is always the same. A missing part differs from an empty one.
    public static func hash(value: Span<UInt8>?, key: Span<UInt8>?, timestamp: Int64?) -> Int64 {
        var hash = RecordHash()
        hash.mix(value)
        hash.mix(key)
        hash.mix(timestamp == nil ? 0 : 1)
        hash.mix(UInt64(bitPattern: timestamp ?? 0))
        return Int64(bitPattern: hash.finished)
    }

    /// Mixes in a part: first its length plus 1 (0: it is missing), so that no two parts can trade bytes, then its bytes.
    private mutating func mix(_ part: Span<UInt8>?) {
        guard let part else {
            mix(0)
            return
        }
        mix(UInt64(part.count) + 1)
        var index = 0
        while index + 8 <= part.count {
            mix(part.word(at: index))
            index += 8
        }
        guard index < part.count else { return }
        var last: UInt64 = 0
        for place in index..<part.count { last |= UInt64(part[place]) << UInt64((place - index) * 8) }
        mix(last)
    }

    /// One round: eight bytes.
    @inline(__always)
    private mutating func mix(_ word: UInt64) {
        var lane = word &* 0xC2B2_AE3D_27D4_EB4F
        lane = (lane << 31) | (lane >> 33)
        lane = lane &* 0x9E37_79B1_85EB_CA87
        state ^= lane
        state = (state << 27) | (state >> 37)
        state = (state &* 0x9E37_79B1_85EB_CA87) &+ 0x85EB_CA77_C2B2_AE63
    }

    /// The state after the avalanche that lets every bit depend on every other.
    private var finished: UInt64 {
        var hash = state
        hash ^= hash >> 33
        hash = hash &* 0xC2B2_AE3D_27D4_EB4F
        hash ^= hash >> 29
        hash = hash &* 0x1656_67B1_9E37_79F9
        hash ^= hash >> 32
        return hash
    }
}
