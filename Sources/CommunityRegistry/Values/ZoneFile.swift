/// A compiled time zone, as the files below `/usr/share/zoneinfo` hold it (TZif: RFC 9636, section 3).
struct ZoneFile {
    /// A change of the offset from UTC.
    struct Transition: Equatable {
        /// From when on: seconds since 1970-01-01T00:00:00Z.
        var from: Int64
        /// Local time less UTC, in seconds.
        var offset: Int32
    }

    /// The offset before the first transition.
    let firstOffset: Int32
    /// The changes, ascending; whatever comes after the last one is the rule's.
    let transitions: [Transition]
    /// What holds after the last transition; `nil`: its offset, for ever.
    let rule: ZoneRule?

    /// Reads a file; `nil`: it is not one that RFC 9636 describes.
    ///
    /// Only the second block, with its 64-bit times, is read: files of version 1 have none, and no tzdata since 2005 makes these.
    init?(_ bytes: [UInt8]) {
        guard let old = Header(bytes, at: 0), old.version >= 2,
            let header = Header(bytes, at: old.end(timeSize: 4))
        else { return nil }
        let end = header.end(timeSize: 8)
        guard end <= bytes.count else { return nil }
        let places = header.start + 8 * header.timeCount
        let types = places + header.timeCount
        func offset(ofType type: Int) -> Int32? {
            guard type < header.typeCount else { return nil }
            return Int32(truncatingIfNeeded: Self.number(bytes, types + 6 * type, 4))
        }
        var transitions: [Transition] = []
        for index in 0..<header.timeCount {
            guard let offset = offset(ofType: Int(bytes[places + index])) else { return nil }
            transitions.append(Transition(from: Self.number(bytes, header.start + 8 * index, 8), offset: offset))
        }
        guard let first = offset(ofType: 0) else { return nil }
        firstOffset = first
        self.transitions = transitions
        // A line feed, a POSIX rule, a line feed.
        let footer = bytes[end...].dropFirst().prefix { $0 != 0x0A }
        if footer.isEmpty {
            rule = nil
        } else {
            guard let rule = ZoneRule(String(decoding: footer, as: UTF8.self)) else { return nil }
            self.rule = rule
        }
    }

    /// The counts that begin each of the two blocks.
    private struct Header {
        let version: UInt8
        /// Where the block's data begin.
        let start: Int
        let timeCount: Int
        let typeCount: Int
        private let others: (utc: Int, standard: Int, leap: Int, letters: Int)

        init?(_ bytes: [UInt8], at place: Int) {
            guard place >= 0, place + 44 <= bytes.count, bytes[place..<place + 4].elementsEqual("TZif".utf8) else {
                return nil
            }
            version = bytes[place + 4] >= 0x30 ? bytes[place + 4] - 0x30 : 1
            let counts = (0..<6).map { Int(ZoneFile.number(bytes, place + 20 + 4 * $0, 4) & 0xFFFF_FFFF) }
            others = (counts[0], counts[1], counts[2], counts[5])
            (timeCount, typeCount) = (counts[3], counts[4])
            start = place + 44
        }

        /// Behind the block's data.
        func end(timeSize: Int) -> Int {
            start + timeCount * (timeSize + 1) + typeCount * 6 + others.letters + others.leap * (timeSize + 4)
                + others.standard + others.utc
        }
    }

    /// A big-endian signed number.
    private static func number(_ bytes: [UInt8], _ place: Int, _ size: Int) -> Int64 {
        let value = bytes[place..<place + size].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let unused = 64 - 8 * size
        return Int64(bitPattern: value << UInt64(unused)) >> Int64(unused)
    }
}
