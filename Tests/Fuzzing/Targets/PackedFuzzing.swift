/// gzip and zlib data: bounded output, the same from a used stream as from a fresh one.
///
/// The first byte says the format and the limit.
struct PackedFuzzing: FuzzTarget {
    private let used = Inflater()
    private var output = InflatedBytes()
    private var count = 0

    mutating func run(_ input: Span<UInt8>) {
        guard input.count > 0 else { return }
        let isGzip = input[0] & 1 == 0
        let limit = Int(input[0] >> 1) * 64
        let data = input.extracting(droppingFirst: 1)
        let fault = used.unpack(data, isGzip: isGzip, limit: limit, into: &output)
        expect(output.count <= limit + (fault == nil ? 0 : 1), "\(output.count) bytes")
        if let fault { expect((0...data.count).contains(fault.at), "at \(fault.at)") }
        count += 1
        // A fresh stream costs much more than all else.
        guard count % 16 == 0 else { return }
        var other = InflatedBytes()
        let again = Inflater().unpack(data, isGzip: isGzip, limit: limit, into: &other)
        expect(
            fault?.fault == again?.fault && fault?.at == again?.at,
            "a fresh stream says \(String(describing: again))"
        )
        expect(output.with { $0.copied } == other.with { $0.copied }, "a fresh stream gives something else")
        let packed = isGzip ? PlainPacking.gzip(data.copied) : PlainPacking.zlib(data.copied)
        expect(used.unpack(packed.span, isGzip: isGzip, limit: data.count, into: &output) == nil, "packed by ourselves")
        expect(output.with { $0.equals(data) }, "what we packed does not come back")
    }
}
