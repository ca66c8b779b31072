/// Whole bodies through every adapter.
///
/// The first byte says which, whether the device has a zone, and whether the hub's time is known.
struct RecordFuzzing: FuzzTarget {
    private var decoder = RecordDecoder(limits: RecordLimits(maxBytes: 1 << 20, maxReadings: 100))
    private let profiles: [DeviceProfile]
    private let deviceID = Array("meter-0001".utf8)

    /// Two years of Central European time.
    private static let zone = LocalZone(
        offsets: [
            .init(from: 1_729_990_800_000_000, seconds: 3600), .init(from: 1_743_296_400_000_000, seconds: 7200),
            .init(from: 1_761_440_400_000_000, seconds: 3600), .init(from: 1_774_746_000_000_000, seconds: 7200),
        ]
    )

    init() {
        var profiles: [DeviceProfile] = []
        for adapter in TelemetryAdapter.allCases {
            for zone in [nil, Self.zone] {
                profiles.append(DeviceProfile(adapter: adapter, kind: .register, zone: zone))
            }
        }
        profiles.append(DeviceProfile(adapter: .v1, kind: .interval, intervalSeconds: 900))
        self.profiles = profiles
    }

    mutating func run(_ input: Span<UInt8>) {
        guard input.count > 0 else { return }
        let choice = Int(input[0] >> 1)
        let profile = profiles[choice % profiles.count]
        let enqueuedAt: Int64? = input[0] & 1 == 0 ? 1_761_445_000_000_000 : nil
        let body = input.extracting(droppingFirst: 1)
        decode(body, profile, enqueuedAt)
        if profile.adapter == .dsmr { decodeTelegram(body, profile, enqueuedAt) }
    }

    private mutating func decode(_ body: Span<UInt8>, _ profile: DeviceProfile, _ enqueuedAt: Int64?) {
        let deviceID = deviceID
        let refusal = decoder.decode(body, as: profile, deviceID: deviceID.span, enqueuedAt: enqueuedAt)
        expect(decoder.count <= 100, "\(decoder.count) readings")
        if let refusal {
            expect(decoder.count == 0, "readings of a refused record")
            check(refusal, body)
        }
        for index in 0..<decoder.count {
            let decoded = decoder[index]
            if let refusal = decoded.refusal {
                check(refusal, body)
                continue
            }
            expect(decoded.reading.importWh != nil || decoded.reading.exportWh != nil, "a reading without a register")
            for energy in [decoded.reading.importWh, decoded.reading.exportWh] {
                if let energy { expect((0...MeterReading.maximumWh).contains(energy), "\(energy) Wh") }
            }
        }
    }

    /// The input as the lines of a telegram whose checksum is right: no fuzzer guesses one.
    private mutating func decodeTelegram(_ lines: Span<UInt8>, _ profile: DeviceProfile, _ enqueuedAt: Int64?) {
        let text = Array("/X\r\n".utf8) + lines.copied.filter { $0 != UInt8(ascii: "!") } + [UInt8(ascii: "!")]
        let digits = String(DSMRTelegram.checksum(text), radix: 16, uppercase: true)
        let telegram = text + Array((String(repeating: "0", count: 4 - digits.count) + digits).utf8)
        decode(telegram.span, profile, enqueuedAt)
        expect(decoder.count == 1, "a telegram with a right checksum is \(decoder.count) readings")
    }

    private func check(_ refusal: Refusal, _ body: Span<UInt8>) {
        expect(refusal.fault.utf8CodeUnitCount > 0, "a refusal without a sentence")
        if let at = refusal.byteOffset { expect((0...body.count).contains(at), "an offset of \(at)") }
    }
}
