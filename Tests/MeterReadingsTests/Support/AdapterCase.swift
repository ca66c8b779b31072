import MeterReadings

/// One adapter's decoder, as the tests of adapters use it.
struct AdapterCase {
    var profile: DeviceProfile
    var enqueuedAt: Int64?

    /// A device with this adapter; its records came at `enqueuedAt`.
    init(
        _ adapter: TelemetryAdapter,
        registers: MeterRegisters = .both,
        zone: LocalZone? = nil,
        enqueuedAt: Int64? = 1_800_000_000_000_000
    ) {
        profile = DeviceProfile(adapter: adapter, registers: registers, zone: zone)
        self.enqueuedAt = enqueuedAt
    }

    /// The readings of a body.
    ///
    /// - Throws: why the record is refused.
    func decode(_ body: String) throws -> [DecodedReading] { try decode(Array(body.utf8)) }

    /// The readings of a body.
    func decode(_ body: [UInt8]) throws -> [DecodedReading] {
        var decoder = RecordDecoder()
        if let refusal = decoder.decode(body.span, as: profile, deviceID: nil, enqueuedAt: enqueuedAt) { throw refusal }
        return (0..<decoder.count).map { decoder[$0] }
    }

    /// The accepted readings of a body; those that are refused throw.
    func readings(_ body: String) throws -> [MeterReading] {
        try decode(body).map { decoded in
            if let refusal = decoded.refusal { throw refusal }
            return decoded.reading
        }
    }

    /// The first refusal of a body, of the record or of a reading.
    func refusal(_ body: String) -> Refusal? {
        do { return try decode(body).compactMap(\.refusal).first } catch { return error as? Refusal }
    }

    /// The reason, the field, and the text that stands at the place of the first refusal (up to eight bytes of it).
    func fault(_ body: String) -> String {
        guard let refusal = refusal(body) else { return "taken" }
        let bytes = Array(body.utf8)
        var text = "\(refusal.reason.rawValue) \(refusal.field)"
        if let place = refusal.byteOffset, place <= bytes.count {
            text += " @ " + String(decoding: bytes[place...].prefix(8), as: UTF8.self)
        }
        return text
    }
}

extension LocalZone {
    /// Central European time, 2024 to 2027.
    static let vienna = LocalZone(
        offsets: [
            Offset(from: at("2023-10-29T01:00:00Z"), seconds: 3600),
            Offset(from: at("2024-03-31T01:00:00Z"), seconds: 7200),
            Offset(from: at("2024-10-27T01:00:00Z"), seconds: 3600),
            Offset(from: at("2025-03-30T01:00:00Z"), seconds: 7200),
            Offset(from: at("2025-10-26T01:00:00Z"), seconds: 3600),
            Offset(from: at("2026-03-29T01:00:00Z"), seconds: 7200),
            Offset(from: at("2026-10-25T01:00:00Z"), seconds: 3600),
            Offset(from: at("2027-03-28T01:00:00Z"), seconds: 7200),
        ]
    )
}

/// An instant by its text; 0 if it is none.
func at(_ text: String) -> Int64 { UTCTime.parse(Array(text.utf8).span) ?? 0 }
