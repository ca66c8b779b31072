/// Routing envelopes: no broken JSON is believed, and what is lent as payload is what the envelope holds.
struct EnvelopeFuzzing: FuzzTarget {
    private var unpacker = RecordUnpacker(limits: RecordLimits(maxBytes: 4096))
    private var decoder = RecordDecoder()
    private var headers = HubHeaders()

    mutating func run(_ input: Span<UInt8>) {
        unpacker.removeAll()
        let refusal = unpacker.openEnvelope(input, into: &headers)
        if input.count <= 4096, !PlainJSON.accepts(input.copied) {
            expect(refusal?.reason == .badJSON, "no JSON: \(String(describing: refusal))")
            expect(headers.withDeviceID { $0.count } == nil, "broken JSON is believed")
        }
        if let at = refusal?.byteOffset { expect((0...input.count).contains(at), "an offset of \(at)") }
        guard refusal == nil, unpacker.unpack(input, headers.contentCoding) == nil else { return }
        let fault = unpacker.withPayload(of: input) { payload in
            expect(payload.count <= 2 * 4096 + 65_536, "a payload of \(payload.count) bytes")
            return decoder.decode(payload, as: DeviceProfile(), deviceID: nil, enqueuedAt: nil)
        }
        if let fault, !unpacker.placed(fault).isInUnpackedBody, let at = unpacker.placed(fault).byteOffset {
            expect((0...input.count).contains(at), "a place of \(at)")
        }
    }
}
