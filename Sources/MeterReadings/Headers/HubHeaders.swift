/// What the headers of one record say about it, as an IoT hub or a local gateway wrote them.
///
/// Reused from record to record:
/// ```
/// headers.removeAll()
/// source.forEachHeader { name, value in headers.read(name: name, value: value) }
/// if let refusal = headers.refusal { … }
/// ```
/// Values are plain UTF-8 or AMQP 1.0 (``HeaderValue``). Headers with other names are ignored (``HubProperty``). A header may be
/// repeated, but only with the same meaning.
public struct HubHeaders: Sendable {
    /// The earliest enqueued time that is believed, 2000-01-01T00:00:00Z, in microseconds since 1970.
    public static let earliestEnqueuedTime: Int64 = 946_684_800 * UTCTime.second
    /// The enqueued time from which on none is believed, 2200-01-01T00:00:00Z, in microseconds since 1970.
    public static let endOfEnqueuedTime: Int64 = 7_258_118_400 * UTCTime.second

    private var deviceID = IdentityText()
    private var generationID = IdentityText()
    private var hasContentCoding = false

    /// Whether there was a header that only a hub writes, understood or not: then nothing in the body may speak in the hub's name.
    public private(set) var hasHubHeader = false
    /// What kind of event the record is.
    public private(set) var messageSource = MessageSource.absent
    /// When the hub took the record: microseconds since 1970-01-01T00:00:00Z; `nil` if no header says.
    public private(set) var enqueuedTime: Int64?
    /// What the body went through before it was sent.
    public private(set) var contentCoding = ContentCoding.none
    /// Why the record has to be refused: `bad_header`, for the first header that decides identity, kind or time and cannot be
    /// understood, or is repeated with another meaning.
    public private(set) var refusal: Refusal?

    /// Makes headers that say nothing.
    public init() {}

    /// Forgets everything, for the next record.
    public mutating func removeAll() {
        deviceID.removeAll()
        generationID.removeAll()
        hasHubHeader = false
        messageSource = .absent
        enqueuedTime = nil
        contentCoding = .none
        hasContentCoding = false
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
        guard let property = HubProperty(header: name) else { return }
        if property.isOfHub { hasHubHeader = true }
        read(property, value, field: property.header)
    }

    /// Takes note of one property.
    ///
    /// - Parameter field: how it is spelled where it comes from, for refusals.
    mutating func read(_ property: HubProperty, _ value: Span<UInt8>, field: StaticString) {
        switch property {
        case .deviceID: readDeviceID(value, field)
        case .generationID: readGenerationID(value, field)
        case .enqueuedTime: readEnqueuedTime(value, field)
        case .messageSource: readMessageSource(value, field)
        case .contentEncoding: readContentEncoding(value)
        }
    }

    /// Refuses the record for a property, unless it already is.
    mutating func refuse(_ field: StaticString, at byteOffset: Int? = nil, _ fault: StaticString) {
        if refusal == nil { refusal = Refusal(.badHeader, field: field, at: byteOffset, fault) }
    }

    private mutating func readDeviceID(_ value: Span<UInt8>, _ field: StaticString) {
        guard let range = HeaderValue.text(value), IdentityText.isDeviceID(value.extracting(range)) else {
            refuse(field, "a device id of 1 to 128 of the characters that IoT Hub allows is expected")
            return
        }
        if !Self.keep(value.extracting(range), in: &deviceID) { refuseRepeated(field) }
    }

    private mutating func readGenerationID(_ value: Span<UInt8>, _ field: StaticString) {
        guard let range = HeaderValue.text(value), (1...IdentityText.maximumCount).contains(range.count) else {
            refuse(field, "a generation id of 1 to 128 bytes of text is expected")
            return
        }
        if !Self.keep(value.extracting(range), in: &generationID) { refuseRepeated(field) }
    }

    private mutating func readEnqueuedTime(_ value: Span<UInt8>, _ field: StaticString) {
        guard !HeaderValue.isNull(value) else { return }
        guard let instant = HeaderValue.instant(value) else {
            refuse(
                field,
                "a time is expected: an AMQP timestamp, milliseconds since 1970 as digits, or RFC 3339 with a zone"
            )
            return
        }
        guard (Self.earliestEnqueuedTime..<Self.endOfEnqueuedTime).contains(instant) else {
            refuse(field, "the time lies outside of the years 2000 to 2199; is its unit milliseconds?")
            return
        }
        if let enqueuedTime, enqueuedTime != instant {
            refuseRepeated(field)
        } else {
            enqueuedTime = instant
        }
    }

    private mutating func readMessageSource(_ value: Span<UInt8>, _ field: StaticString) {
        guard let range = HeaderValue.text(value), !range.isEmpty else {
            refuse(field, "a text such as Telemetry is expected")
            return
        }
        let isTelemetry = value.extracting(range).equalsIgnoringCase("telemetry")
        let source = isTelemetry ? MessageSource.telemetry : .other
        if messageSource != .absent, messageSource != source {
            refuseRepeated(field)
        } else {
            messageSource = source
        }
    }

    /// What cannot be understood counts as an unknown coding, which refuses only those whose body is wanted.
    private mutating func readContentEncoding(_ value: Span<UInt8>) {
        var coding = ContentCoding.unknown
        if let range = HeaderValue.text(value) { coding = ContentCoding(value.extracting(range)) }
        contentCoding = hasContentCoding && contentCoding != coding ? .unknown : coding
        hasContentCoding = true
    }

    /// Keeps an identity that is short enough, unless another one is kept already; says whether it now stands there.
    private static func keep(_ text: Span<UInt8>, in identity: inout IdentityText) -> Bool {
        identity.count > 0 ? identity.equals(text) : identity.set(text)
    }

    private mutating func refuseRepeated(_ field: StaticString) {
        refuse(field, "the header is there more than once, with different values")
    }
}
