import MeterReadings
import Testing

/// What holds for every adapter.
struct AdapterPropertyTests {
    /// Random readings from 2024 to 2026, whole seconds, in no order.
    private func randomReadings(_ count: Int, _ registers: MeterRegisters, _ random: inout SplitMix) -> [MeterReading] {
        (0..<count).map { _ in
            func register() -> Int64 {
                switch Int.random(in: 0..<8, using: &random) {
                case 0: 1_000_000_000_000
                case 1: 0
                case 2: Int64.random(in: 0...999_999_999_999, using: &random)
                default: Int64.random(in: 0...99_999_999, using: &random)
                }
            }
            let instant = Int64.random(in: 1_704_067_200...1_798_761_600, using: &random)
            return MeterReading(
                measuredAt: instant * 1_000_000,
                importWh: registers == .export ? nil : register(),
                exportWh: registers == .import ? nil : register()
            )
        }
    }

    /// The reading as its adapter gives it: with its flags, and zeros that stand for nothing.
    private func asDecoded(_ reading: MeterReading, _ adapter: TelemetryAdapter, enqueuedAt: Int64) -> MeterReading {
        var reading = reading
        switch adapter {
        case .homewizard:
            reading.measuredAt = enqueuedAt
            reading.flags = .hubTime
        case .tasmotaSML:
            reading.flags = .localTime
            if (reading.importWh ?? 0) == 0, (reading.exportWh ?? 0) == 0 { reading.quality = .missing }
        default: break
        }
        return reading
    }

    /// Not in the hours that happen twice, where a time alone says too little.
    private func isClear(_ reading: MeterReading) -> Bool {
        LocalZone.vienna.offsets.allSatisfy { abs($0.from - reading.measuredAt) > 3_600_000_000 }
    }

    @Test(arguments: TelemetryAdapter.allCases)
    func decodingIsTheInverseOfEncoding(_ adapter: TelemetryAdapter) throws {
        var random = SplitMix(seed: 21)
        var encoder = ReaderPayload(adapter, seed: 22)
        for round in 0..<400 {
            let registers = MeterRegisters.allCases[round % 3]
            let zone = adapter == .dsmr || adapter == .linky ? (round % 2 == 0 ? nil : LocalZone.vienna) : .vienna
            let device = AdapterCase(adapter, registers: registers, zone: zone)
            let count = Int.random(in: 1...5, using: &random)
            let readings = randomReadings(count, registers, &random).filter { isClear($0) }
            guard !readings.isEmpty else { continue }
            let body = encoder.record(readings)
            let decoded = try device.decode(body)
            let expected = readings.map { asDecoded($0, adapter, enqueuedAt: 1_800_000_000_000_000) }
            #expect(decoded == expected.map { DecodedReading(reading: $0) }, "\(body)")
        }
    }

    @Test(arguments: TelemetryAdapter.allCases)
    func anySplitIntoRecordsGivesTheSameReadings(_ adapter: TelemetryAdapter) throws {
        var random = SplitMix(seed: 23)
        for round in 0..<50 {
            let device = AdapterCase(adapter, zone: .vienna)
            let readings = randomReadings(12, .both, &random).filter { isClear($0) }
            var whole = ReaderPayload(adapter, seed: UInt64(round))
            let together = try device.decode(whole.record(readings))
            var apart: [DecodedReading] = []
            var rest = readings[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...rest.count, using: &random)
                apart += try device.decode(whole.record(Array(rest.prefix(count))))
                rest = rest.dropFirst(count)
            }
            #expect(together == apart)
        }
    }

    /// Whatever the bytes are: it ends, says why, and its places lie within the body.
    @Test(arguments: TelemetryAdapter.allCases)
    func mutatedBodies(_ adapter: TelemetryAdapter) {
        var random = SplitMix(seed: 24)
        var encoder = ReaderPayload(adapter, seed: 25)
        var decoder = RecordDecoder(limits: .init(maxReadings: 3))
        var outcomes: [Bool: Int] = [:]
        let pieces = ["{", "}", "[", "]", "\"", ",", ":", "-", "1e999", "null", "\\u0000", "!", "(", "\n"]
        for _ in 0..<3000 {
            let count = Int.random(in: 1...4, using: &random)
            var body = Array(encoder.record(randomReadings(count, .both, &random)).utf8)
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let start = Int.random(in: 0...body.count, using: &random)
                let end = min(body.count, start + Int.random(in: 0...9, using: &random))
                switch Int.random(in: 0..<3, using: &random) {
                case 0: body.removeSubrange(start..<end)
                case 1: body.insert(contentsOf: Array((pieces.randomElement(using: &random) ?? "").utf8), at: start)
                default: body.replaceSubrange(start..<end, with: [UInt8.random(in: 0...255, using: &random)])
                }
            }
            let profile = DeviceProfile(adapter: adapter, zone: .vienna)
            let refusal = decoder.decode(body.span, as: profile, deviceID: nil, enqueuedAt: 1)
            outcomes[refusal == nil, default: 0] += 1
            if let place = refusal?.byteOffset { #expect((0...body.count).contains(place)) }
            #expect(refusal == nil || decoder.count == 0)
            for index in 0..<decoder.count {
                let decoded = decoder[index]
                if let refusal = decoded.refusal {
                    #expect((0..<body.count).contains(refusal.byteOffset ?? -1), "\(refusal)")
                } else {
                    let registers = [decoded.reading.importWh, decoded.reading.exportWh].compactMap(\.self)
                    #expect(!registers.isEmpty && registers.allSatisfy { (0...1_000_000_000_000).contains($0) })
                }
            }
        }
        #expect(outcomes[true, default: 0] > 100 && outcomes[false, default: 0] > 100)
    }

    /// Bodies cut off anywhere are refused as a whole, even if some of their readings were complete by then.
    @Test(arguments: TelemetryAdapter.allCases)
    func everyTruncationIsRefused(_ adapter: TelemetryAdapter) {
        var random = SplitMix(seed: 26)
        var encoder = ReaderPayload(adapter, seed: 27)
        let device = AdapterCase(adapter, zone: .vienna)
        // One telegram is a whole body, so only one is cut.
        let readings = randomReadings(adapter == .dsmr ? 1 : 2, .both, &random)
        let text = encoder.record(readings)
        let body = Array(text.utf8.prefix(text.utf8.count - (text.hasSuffix("\r\n") ? 2 : 0)))
        for count in 0..<body.count {
            #expect(throws: Refusal.self) { try device.decode(Array(body[..<count])) }
        }
    }

    @Test func tooManyReadings() {
        let message = #"{"total_power_import_kwh":1}"#
        func body(_ count: Int) -> [UInt8] {
            Array(("[" + Array(repeating: message, count: count).joined(separator: ",") + "]").utf8)
        }
        var decoder = RecordDecoder(limits: .init(maxReadings: 3))
        let profile = DeviceProfile(adapter: .homewizard)
        #expect(decoder.decode(body(3).span, as: profile, deviceID: nil, enqueuedAt: 1) == nil)
        #expect(decoder.decode(body(4).span, as: profile, deviceID: nil, enqueuedAt: 1)?.reason == .tooLarge)
        #expect(decoder.count == 0)
    }
}
