/// Turns one record's body into readings, or says why not.
///
/// Made once and reused: in the long run it does not allocate.
///
/// ```
/// if let refusal = decoder.decode(body, as: device.profile, deviceID: hubDeviceID, enqueuedAt: enqueuedAt) {
///     // The whole record is refused.
/// } else {
///     for index in 0..<decoder.count { … decoder[index] … }
/// }
/// ```
/// A sound record may hold no reading at all: a reader's message about something else, such as the power of the moment.
///
/// What is wrong with the message as a whole refuses the record; what is wrong inside one reading refuses that reading alone, so
/// that a gateway's thousand good readings do not fall with a bad one. Of several faults the first in the body is named, but
/// `bad_json` before all others: the JSON is checked to its end in any case.
public struct RecordDecoder: Sendable {
    /// How much one record may hold.
    public let limits: RecordLimits
    private var buffer = RecordBuffer()

    /// Makes a decoder.
    public init(limits: RecordLimits = .init()) {
        self.limits = limits
    }

    /// Decodes a body; the readings of the last one are gone.
    ///
    /// - Parameters:
    ///   - profile: what the registry says about the device's payload.
    ///   - deviceID: the device as the transport knows it, which the body must not contradict; `nil` if only the body can say.
    ///   - enqueuedAt: when the hub took the record, in microseconds since 1970-01-01T00:00:00Z; `nil` if nobody knows. Payloads without a
    ///     time take it, and it tells the two passes of a repeated hour apart.
    /// - Returns: why the whole record is refused, and then there are no readings; `nil` if there are.
    public mutating func decode(
        _ body: Span<UInt8>,
        as profile: DeviceProfile,
        deviceID: Span<UInt8>?,
        enqueuedAt: Int64?
    ) -> Refusal? {
        buffer.removeAll()
        guard body.count <= limits.maxBytes else {
            return Refusal(.tooLarge, "the body has more bytes than the limit allows")
        }
        do throws(Refusal) {
            if profile.adapter == .v1 {
                var parser = TelemetryV1Parser(profile: profile, maxReadings: limits.maxReadings)
                try parser.parse(body, deviceID: deviceID, into: &buffer)
            } else {
                try readPayload(body, profile, enqueuedAt)
            }
        } catch {
            buffer.readings.removeAll(keepingCapacity: true)
            return error
        }
        return nil
    }

    /// Reads what a reader's own format holds.
    private mutating func readPayload(
        _ body: Span<UInt8>,
        _ profile: DeviceProfile,
        _ enqueuedAt: Int64?
    ) throws(Refusal) {
        guard profile.kind == .register else {
            throw Refusal(.wrongKind, "the device is registered for energy of intervals, which only telemetry v1 knows")
        }
        // The buffer moves there and back, so that its memory is never copied.
        var payload = Payload(profile: profile, enqueuedAt: enqueuedAt, maxReadings: limits.maxReadings, buffer: buffer)
        buffer = RecordBuffer()
        defer { buffer = payload.buffer }
        switch profile.adapter {
        case .v1: break
        case .homewizard: try payload.read(body, as: HomeWizardAdapter.self)
        case .shelly: try payload.read(body, as: ShellyAdapter.self)
        case .tasmotaSML: try payload.read(body, as: TasmotaSMLAdapter.self)
        case .oesterreichsEnergie: try payload.read(body, as: OesterreichsEnergieAdapter.self)
        case .dsmr: try DSMRAdapter.read(&payload, body)
        case .sinapsi: try payload.read(body, as: SinapsiAdapter.self)
        case .linky: try payload.read(body, as: LinkyAdapter.self)
        }
    }

    /// The number of readings of the record, refused ones included.
    public var count: Int { buffer.readings.count }

    /// A reading of the record, in the order of the body; its index is the dead letter's `reading_index` if it is refused.
    public subscript(index: Int) -> DecodedReading { buffer.readings[index] }

    /// Lends what the body calls its device, if it does; 1 to 128 bytes of the characters that IoT Hub allows.
    public func withBodyDeviceID<Result>(_ body: (Span<UInt8>) -> Result) -> Result? {
        buffer.bodyDeviceID.with(body)
    }
}
