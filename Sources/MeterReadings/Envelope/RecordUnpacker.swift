/// Takes off what is around a record's payload: the routing envelope of a hub, base64, and `content-encoding`.
///
/// Made once and used again from record to record; in the long run it does not allocate.
/// ```
/// unpacker.removeAll()
/// if mayBeEnvelope, let refusal = unpacker.openEnvelope(value, into: &headers) { … }
/// if let refusal = unpacker.unpack(value, headers.contentCoding) { … }
/// unpacker.withPayload(of: value) { payload in decoder.decode(payload, …) }
/// ```
/// A string as `Body` of an envelope is JSON text if it begins like an object or array, which base64 cannot, and else base64.
public struct RecordUnpacker: Sendable {
    /// Where the payload is.
    private enum Place {
        case value(Range<Int>)
        case body
        case inflated
    }

    private let limits: RecordLimits
    /// The value as it is if nothing has been taken off.
    private var place: Place?
    private var isUnpacked = false
    /// The content of an envelope's string.
    private var body: [UInt8] = []
    private var scratch: [UInt8] = []
    private var inflated = InflatedBytes()
    private let inflater = Inflater()

    /// Makes an unpacker; `limits.maxBytes` is for the payload, packed or not.
    public init(limits: RecordLimits = .init()) { self.limits = limits }

    /// Forgets the last record, but keeps the memory.
    public mutating func removeAll() {
        place = nil
        isUnpacked = false
    }

    /// Takes the routing envelope off; what it says about the message goes into `headers`, in place of all that they said.
    ///
    /// Only for records without any header of a hub, and only where nobody but a hub can write records: a device that sends such an
    /// envelope as its body would otherwise choose its own identity and time.
    /// - Returns: why the record is refused; `nil` if it is not. Of what the envelope says about itself the headers keep the fault.
    public mutating func openEnvelope(_ value: Span<UInt8>, into headers: inout HubHeaders) -> Refusal? {
        // Base64 makes 4 bytes of 3; the properties have to go somewhere, too.
        guard value.count <= 2 * limits.maxBytes + 65_536 else {
            return Refusal(.tooLarge, "the envelope has more than twice the bytes that the limit allows for a body")
        }
        headers.removeAll()
        do throws(Refusal) {
            var parser = EnvelopeParser()
            switch try parser.parse(value, into: &headers, scratch: &scratch) {
            case .json(let range):
                place = .value(range)
            case .string(let text):
                try open(text, value)
            }
        } catch {
            // Nothing is believed that stands in broken JSON.
            if error.reason == .badJSON { headers.removeAll() }
            return error
        }
        return nil
    }

    private mutating func open(_ text: JSONString, _ value: Span<UInt8>) throws(Refusal) {
        // The buffer is taken out while it is filled, so that nothing else holds it.
        var content: [UInt8] = []
        swap(&content, &body)
        defer { swap(&content, &body) }
        place = .body
        if text.hasEscapes {
            try text.unescape(value, into: &scratch)
            if Self.isJSONText(scratch.span) {
                swap(&content, &scratch)
                return
            }
            if Base64Text.decode(scratch.span, into: &content) { return }
        } else {
            if Self.isJSONText(value.extracting(text.range)) {
                place = .value(text.range)
                return
            }
            if Base64Text.decode(value.extracting(text.range), into: &content) { return }
        }
        throw Refusal(.badSchema, field: "Body", at: text.range.lowerBound, "a string is base64, or JSON text")
    }

    private static func isJSONText(_ text: Span<UInt8>) -> Bool {
        var cursor = JSONCursor()
        cursor.skipSpace(text)
        let first = cursor.byte(in: text)
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }

    /// Undoes the content coding; the second time for the same record it does nothing.
    ///
    /// - Returns: why the record is refused; `nil` if it is not.
    public mutating func unpack(_ value: Span<UInt8>, _ coding: ContentCoding) -> Refusal? {
        guard !isUnpacked else { return nil }
        isUnpacked = true
        switch coding {
        case .none: return nil
        case .unknown:
            return Refusal(
                .badHeader,
                field: "content-encoding",
                "the body's coding is not understood; gzip and deflate are, and utf-8 or identity for none"
            )
        case .gzip, .deflate:
            var output = InflatedBytes()
            swap(&output, &inflated)
            let fault = withPayload(of: value) { packed -> (fault: InflateFault, at: Int)? in
                guard packed.count <= limits.maxBytes else { return (.tooLarge, 0) }
                return inflater.unpack(packed, isGzip: coding == .gzip, limit: limits.maxBytes, into: &output)
            }
            swap(&output, &inflated)
            if let fault { return placed(Self.refusal(fault.fault, at: fault.at)) }
            place = .inflated
            return nil
        }
    }

    private static func refusal(_ fault: InflateFault, at: Int) -> Refusal {
        switch fault {
        case .tooLarge: Refusal(.tooLarge, "the unpacked body has more bytes than the limit allows")
        case .truncated: refusal(.badSchema, at, "the packed body ends too early")
        case .trailing: refusal(.badSchema, at, "something follows the packed body")
        case .damaged: refusal(.badSchema, at, "the body is not packed as its content-encoding says, or damaged")
        case .badChecksum: refusal(.badChecksum, at, "the checksum of the packed body does not match")
        }
    }

    private static func refusal(_ reason: RefusalReason, _ at: Int, _ fault: StaticString) -> Refusal {
        Refusal(reason, field: "content-encoding", at: at, fault)
    }

    /// Lends the payload.
    public func withPayload<Result>(of value: Span<UInt8>, _ use: (Span<UInt8>) -> Result) -> Result {
        switch place {
        case nil: use(value)
        case .value(let range): use(value.extracting(range))
        case .body: use(body.span)
        case .inflated: inflated.with(use)
        }
    }

    /// A refusal of the payload with its place in the record's value; if the payload does not stand there as it is, the refusal says
    /// that the place counts from the beginning of the unpacked body.
    public func placed(_ refusal: Refusal) -> Refusal {
        guard let at = refusal.byteOffset else { return refusal }
        var placed = refusal
        switch place {
        case nil: break
        case .value(let range): placed.byteOffset = range.lowerBound + at
        case .body, .inflated: placed.isInUnpackedBody = true
        }
        return placed
    }
}
