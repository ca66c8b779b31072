/// Whole bodies through every adapter and kind. The first byte says which.
struct RecordFuzzing: FuzzTarget {
    private var decoder = RecordDecoder(limits: RecordLimits(maxBytes: 1 << 20, maxReadings: 100))

    mutating func run(_ input: Span<UInt8>) {
        guard input.count > 0 else { return }
        let adapters = TelemetryAdapter.allCases
        let adapter = adapters[Int(input[0]) % adapters.count]
        let profile = DeviceProfile(adapter: adapter, kind: input[0] < 128 ? .register : .interval)
        let body = input.dropping(1)
        let refusal = decoder.decode(body, as: profile, deviceID: Array("meter-0001".utf8).span)
        expect(decoder.count <= 100, "\(decoder.count) readings")
        if let refusal { expect(decoder.count == 0, "readings of a refused record"); check(refusal, body) }
        for index in 0..<decoder.count {
            let decoded = decoder[index]
            if let refusal = decoded.refusal { check(refusal, body); continue }
            for energy in [decoded.reading.importWh, decoded.reading.exportWh] {
                if let energy { expect((0...MeterReading.maximumWh).contains(energy), "\(energy) Wh") }
            }
        }
    }

    private func check(_ refusal: Refusal, _ body: Span<UInt8>) {
        expect(refusal.fault.utf8CodeUnitCount > 0, "a refusal without a sentence")
        if let at = refusal.byteOffset { expect((0...body.count).contains(at), "an offset of \(at)") }
    }
}
