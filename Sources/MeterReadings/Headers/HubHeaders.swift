/// What the headers of one record say about it, as an IoT hub or a local gateway wrote them.
///
/// Reused from record to record:
/// ```
/// headers.removeAll()
/// source.forEachHeader { name, value in headers.read(name: name, value: value) }
/// if let refusal = headers.refusal { … }
/// ```
/// Values are plain UTF-8 or AMQP 1.0 (``HeaderValue``). Headers with other names are ignored. A header may be repeated, but only with
/// the same meaning.
public struct HubHeaders: Sendable {
    /// The earliest enqueued time that is believed, 2000-01-01T00:00:00Z, in microseconds since 1970.
    public static let earliestEnqueuedTime: Int64 = 946_684_800 * UTCTime.second
    /// The enqueued time from which on none is believed, 2200-01-01T00:00:00Z, in microseconds since 1970.
    public static let endOfEnqueuedTime: Int64 = 7_258_118_400 * UTCTime.second

    private var deviceID = IdentityText()
    private var generationID = IdentityText()

    /// What kind of event the record is.
    public private(set) var messageSource = MessageSource.absent
    /// When the hub took the record: microseconds since 1970-01-01T00:00:00Z; `nil` if no header says.
    public private(set) var enqueuedTime: Int64?
    /// Why the record has to be refused: `bad_header`, for the first header that decides identity, kind or time and cannot be
    /// understood, or is repeated with another meaning.
    public private(set) var refusal: Refusal?

    /// Makes headers that say nothing.
    public init() {}

    /// Forgets everything, for the next record.
    public mutating func removeAll() {
        deviceID.removeAll()
        generationID.removeAll()
        messageSource = .absent
        enqueuedTime = nil
        refusal = nil
    }

    /// Lends the device id that the hub has authenticated; `nil` if no header says.
    public func withDeviceID<Result>(_ body: (Span<UInt8>) -> Result) -> Result? { deviceID.with(body) }

    /// Lends the id that the hub gave to this life of the device; `nil` if no header says.
    ///
    /// A device that is deleted and made anew under the same name gets another one.
    public func withGenerationID<Result>(_ body: (Span<UInt8>) -> Result) -> Result? { generationID.with(body) }

    /// Takes note of one header.
    public mutating func read(name: Span<UInt8>, value: Span<UInt8>) {
        switch name.count {
        case 19 where name.equals("iothub-enqueuedtime"): readEnqueuedTime(value)
        case 21 where name.equals("iothub-message-source"): readMessageSource(value)
        case 27 where name.equals("iothub-connection-device-id"): readDeviceID(value)
        case 36 where name.equals("iothub-connection-auth-generation-id"): readGenerationID(value)
        default: break
        }
    }

    private mutating func readDeviceID(_ value: Span<UInt8>) {
        guard let range = HeaderValue.text(value), IdentityText.isDeviceID(value.extracting(range)) else {
            refuse(
                "iothub-connection-device-id",
                "a device id of 1 to 128 of the characters that IoT Hub allows is expected"
            )
            return
        }
        if !Self.keep(value.extracting(range), in: &deviceID) { refuseRepeated("iothub-connection-device-id") }
    }

    private mutating func readGenerationID(_ value: Span<UInt8>) {
        guard let range = HeaderValue.text(value), (1...IdentityText.maximumCount).contains(range.count) else {
            refuse("iothub-connection-auth-generation-id", "a generation id of 1 to 128 bytes of text is expected")
            return
        }
        if !Self.keep(value.extracting(range), in: &generationID) {
            refuseRepeated("iothub-connection-auth-generation-id")
        }
    }

    private mutating func readEnqueuedTime(_ value: Span<UInt8>) {
        guard !HeaderValue.isNull(value) else { return }
        guard let instant = HeaderValue.instant(value) else {
            refuse(
                "iothub-enqueuedtime",
                "a time is expected: an AMQP timestamp, milliseconds since 1970 as digits, or RFC 3339 with a zone"
            )
            return
        }
        guard (Self.earliestEnqueuedTime..<Self.endOfEnqueuedTime).contains(instant) else {
            refuse("iothub-enqueuedtime", "the time lies outside of the years 2000 to 2199; is its unit milliseconds?")
            return
        }
        if let enqueuedTime, enqueuedTime != instant {
            refuseRepeated("iothub-enqueuedtime")
        } else {
            enqueuedTime = instant
        }
    }

    private mutating func readMessageSource(_ value: Span<UInt8>) {
        guard let range = HeaderValue.text(value), !range.isEmpty else {
            refuse("iothub-message-source", "a text such as Telemetry is expected")
            return
        }
        let source = Self.isTelemetry(value.extracting(range)) ? MessageSource.telemetry : .other
        if messageSource != .absent, messageSource != source {
            refuseRepeated("iothub-message-source")
        } else {
            messageSource = source
        }
    }

    /// Keeps an identity that is short enough, unless another one is kept already; says whether it now stands there.
    private static func keep(_ text: Span<UInt8>, in identity: inout IdentityText) -> Bool {
        identity.count > 0 ? identity.equals(text) : identity.set(text)
    }

    private static func isTelemetry(_ text: Span<UInt8>) -> Bool {
        guard text.count == 9 else { return false }
        var word = InlineArray<9, UInt8>(repeating: 0)
        for index in text.indices {
            let byte = text[index]
            word[index] = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
        }
        return word.span.equals("telemetry")
    }

    private mutating func refuseRepeated(_ field: StaticString) {
        refuse(field, "the header is there more than once, with different values")
    }

    private mutating func refuse(_ field: StaticString, _ fault: StaticString) {
        if refusal == nil { refusal = Refusal(.badHeader, field: field, fault) }
    }
}
