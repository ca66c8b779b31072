import Testing

@testable import MeterReadings

/// gzip and zlib data, whole and broken, and what cannot be afforded.
struct InflaterTests {
    private static let telemetry = #"{"v":1,"t":"2026-03-29T01:15:00Z","import_wh":2714128,"export_wh":1206}"#
    /// The telemetry as Python's gzip module, its zlib module, and the gzip program (which puts a file name in) pack it.
    private static let packed: [(isGzip: Bool, base64: String)] = [
        (
            true,
            "H4sIAAAAAAACA6tWKlOyMtRRKlGyUjIyMDLTNTDWNbIMMTC0MjS1MjCIUtJRyswtyC8qiS/PULIyMjc0MTSy0FFKrYCLGRoZmNUCAIJyG51HAAAA"
        ),
        (
            false,
            "eNqrVipTsjLUUSpRslIyMjAy0zUw1jWyDDEwtDI0tTIwiFLSUcrMLcgvKokvz1CyMjI3NDE0stBRSq2AixkaGZjVAgB73xL6"
        ),
        (
            true,
            "H4sICB/jA2sCA3RlbGVtZXRyeS5qc29uAKtWKlOyMtRRKlGyUjIyMDLTNTDWNbIMMTC0MjS1MjCIUtJRyswtyC8qiS/PULIyMjc0MTSy0FFKrYCLGRoZmNUCAIJyG51HAAAA"
        ),
    ]
    private let inflater = Inflater()

    private func unpack(_ bytes: [UInt8], isGzip: Bool = true, limit: Int = 1 << 20) -> Result<[UInt8], InflateFault> {
        var output = InflatedBytes()
        if let fault = inflater.unpack(bytes.span, isGzip: isGzip, limit: limit, into: &output) {
            #expect((0...bytes.count).contains(fault.at))
            #expect(output.count <= limit + 1)
            return .failure(fault.fault)
        }
        return .success(
            output.with { span in
                var copy: [UInt8] = []
                for index in span.indices { copy.append(span[index]) }
                return copy
            }
        )
    }

    private func decoded(_ base64: String) -> [UInt8] {
        var bytes: [UInt8] = []
        #expect(Base64Text.decode(Array(base64.utf8).span, into: &bytes))
        return bytes
    }

    @Test func whatOthersPack() {
        for _ in 0..<3 {
            for (isGzip, base64) in Self.packed {
                #expect(unpack(decoded(base64), isGzip: isGzip) == .success(Array(Self.telemetry.utf8)))
                #expect(unpack(decoded(base64), isGzip: !isGzip) == .failure(.damaged))
            }
        }
    }

    @Test(arguments: [0, 1, 2, 255, 16_383, 16_384, 16_385, 65_535, 65_536, 200_000])
    func anySize(_ count: Int) {
        var random = SplitMix(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        #expect(unpack(PlainPacking.gzip(bytes)) == .success(bytes))
        #expect(unpack(PlainPacking.zlib(bytes), isGzip: false) == .success(bytes))
        #expect(unpack(PlainPacking.gzip(bytes), limit: count) == .success(bytes))
        if count > 0 { #expect(unpack(PlainPacking.gzip(bytes), limit: count - 1) == .failure(.tooLarge)) }
    }

    @Test func severalMembersAreOneBody() {
        let members = ["{\"v\":", "", "1", "}"].map { Array($0.utf8) }
        #expect(unpack(members.flatMap(PlainPacking.gzip)) == .success(Array("{\"v\":1}".utf8)))
        // The limit is for all of them together.
        #expect(unpack(members.flatMap(PlainPacking.gzip), limit: 7) == .success(Array("{\"v\":1}".utf8)))
        #expect(unpack(members.flatMap(PlainPacking.gzip), limit: 6) == .failure(.tooLarge))
        // zlib's format has no members.
        let twice = PlainPacking.zlib([1]) + PlainPacking.zlib([2])
        #expect(unpack(twice, isGzip: false) == .failure(.trailing))
    }

    @Test func nothingMayFollow() {
        let rests: [[UInt8]] = [[0], [0x1F], Array("garbage".utf8), Array(repeating: 0, count: 20), [0x1F, 0x8A, 8]]
        for rest in rests {
            #expect(unpack(PlainPacking.gzip([1, 2, 3]) + rest) == .failure(.trailing), "\(rest)")
            #expect(unpack(PlainPacking.zlib([1, 2, 3]) + rest, isGzip: false) == .failure(.trailing))
        }
        // What begins like a member has to be one.
        #expect(unpack(PlainPacking.gzip([1, 2, 3]) + [0x1F, 0x8B]) == .failure(.truncated))
        #expect(unpack(PlainPacking.gzip([1, 2, 3]) + [0x1F, 0x8B, 9, 0]) == .failure(.damaged))
    }

    @Test func everyTruncationIsNoticed() {
        for (isGzip, base64) in Self.packed {
            let bytes = decoded(base64)
            for count in bytes.indices {
                #expect(unpack(Array(bytes[..<count]), isGzip: isGzip) == .failure(.truncated), "\(count)")
            }
        }
    }

    @Test func checksumsAndLengthsCount() {
        let bytes = PlainPacking.gzip(Array(Self.telemetry.utf8))
        for place in bytes.count - 8..<bytes.count {
            var changed = bytes
            changed[place] ^= 1
            #expect(unpack(changed) == .failure(.badChecksum))
        }
        var changed = PlainPacking.zlib([1, 2, 3])
        changed[changed.count - 1] ^= 1
        #expect(unpack(changed, isGzip: false) == .failure(.badChecksum))
    }

    @Test func aFlippedBitNeverGivesOtherData() {
        let bytes = decoded(Self.packed[0].base64)
        for place in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[place] ^= 1 << UInt8(bit)
                // Some bits of the header, and those that fill up the last byte, mean nothing.
                if case .success(let output) = unpack(changed, limit: 1000) {
                    #expect(output == Array(Self.telemetry.utf8), "\(place) \(bit)")
                }
            }
        }
    }

    @Test func aBombCostsNoMoreThanTheLimit() {
        // 130 KB that claim to be 20 MB.
        let bomb = PlainPacking.bomb(80_000)
        var output = InflatedBytes()
        let fault = inflater.unpack(bomb.span, isGzip: true, limit: 1 << 20, into: &output)
        #expect(fault?.fault == .tooLarge)
        #expect(output.count == (1 << 20) + 1)
        #expect((fault?.at ?? .max) < 16_384, "it stopped in the middle of the input")
        #expect(unpack(PlainPacking.bomb(10)) == .failure(.truncated))
    }
}
