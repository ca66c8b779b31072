/// Reads the JSON that an IoT hub's message routing wraps around a message.
///
/// ```json
/// {"EnqueuedTimeUtc":"2019-09-26T17:46:09.8870000Z","Properties":{},
///  "SystemProperties":{"connectionDeviceId":"meter-0001","connectionDeviceGenerationId":"638765239356645892",
///   "contentType":"application/json","contentEncoding":"utf-8","enqueuedTime":"2019-09-26T17:46:09.8870000Z"},
///  "Body":{"v":1,…}}
/// ```
/// The JSON is checked to its end, members that do not matter too; a known member that is there twice is refused. `null` is as if
/// the member were not there. The enqueued time is that of the `SystemProperties`, else `EnqueuedTimeUtc`. All byte offsets count
/// from the beginning of the record's value.
///
/// Source: Microsoft, "Use IoT Hub message routing to send device-to-cloud messages to different endpoints" (Azure Storage, JSON
/// encoding) and "Create and read IoT Hub messages" (the names of the system properties).
struct EnvelopeParser {
    private var cursor = JSONCursor()
    private var hasSystemProperties = false
    private var hasBody = false
    private var body: EnvelopeBody?
    private var bodyAt = 0
    /// `EnqueuedTimeUtc`, in case that the system properties have no time.
    private var outerTime: JSONString?

    /// The known members of the envelope itself.
    private enum Member: UInt8 {
        case body, systemProperties, enqueuedTime

        init?(_ name: Span<UInt8>) {
            switch name.count {
            case 4 where name.equals("Body"): self = .body
            case 15 where name.equals("EnqueuedTimeUtc"): self = .enqueuedTime
            case 16 where name.equals("SystemProperties"): self = .systemProperties
            default: return nil
            }
        }
    }

    /// Reads an envelope; what it says about the message goes into `headers`.
    ///
    /// - Parameter scratch: where strings with escapes are put.
    /// - Throws: `bad_json`; `no_identity` if this is no envelope; `bad_schema` if there is no body to be had in it.
    mutating func parse(
        _ value: Span<UInt8>,
        into headers: inout HubHeaders,
        scratch: inout [UInt8]
    ) throws(Refusal) -> EnvelopeBody {
        if value.count >= 3, value[0] == 0xEF, value[1] == 0xBB, value[2] == 0xBF {
            throw Refusal(.badJSON, at: 0, "JSON must not begin with a byte-order mark")
        }
        cursor.skipSpace(value)
        if cursor.byte(in: value) == UInt8(ascii: "{") {
            try members(value, &headers, &scratch)
        } else {
            try cursor.skipValue(value, depth: 0)
        }
        cursor.skipSpace(value)
        guard cursor.index == value.count else {
            throw Refusal(.badJSON, at: cursor.index, "nothing may follow the JSON value")
        }
        guard hasSystemProperties else {
            throw Refusal(
                .noIdentity,
                "there is no hub header, and the value is no envelope, an object with SystemProperties and Body"
            )
        }
        if headers.enqueuedTime == nil, let outerTime {
            try read(.enqueuedTime, outerTime, value, field: "EnqueuedTimeUtc", &headers, &scratch)
        }
        guard let body else {
            let fault: StaticString = "an object, an array or a string is expected"
            throw Refusal(.badSchema, field: "Body", at: hasBody ? bodyAt : nil, fault)
        }
        return body
    }

    /// Reads the members of the envelope; the cursor stands on its brace.
    private mutating func members(
        _ value: Span<UInt8>,
        _ headers: inout HubHeaders,
        _ scratch: inout [UInt8]
    ) throws(Refusal) {
        var seen: UInt8 = 0
        guard cursor.opens(value, closing: UInt8(ascii: "}")) else { return }
        repeat {
            let begin = cursor.index
            let name = try cursor.memberName(value)
            let member = try Self.known(name, value, &scratch) { Member($0) }
            guard let member else {
                try cursor.skipValue(value, depth: 1)
                continue
            }
            try Self.note(member.rawValue, in: &seen, at: begin)
            guard try !cursor.takesNull(value) else { continue }
            switch member {
            case .systemProperties: try systemProperties(value, &headers, &scratch)
            case .enqueuedTime: outerTime = try text(value, depth: 1)
            case .body: try body(value)
            }
        } while try cursor.continues(value, closing: UInt8(ascii: "}"))
    }

    private mutating func systemProperties(
        _ value: Span<UInt8>,
        _ headers: inout HubHeaders,
        _ scratch: inout [UInt8]
    ) throws(Refusal) {
        guard cursor.byte(in: value) == UInt8(ascii: "{") else {
            try cursor.skipValue(value, depth: 1)
            return
        }
        hasSystemProperties = true
        var seen: UInt8 = 0
        guard cursor.opens(value, closing: UInt8(ascii: "}")) else { return }
        repeat {
            let begin = cursor.index
            let name = try cursor.memberName(value)
            let property = try Self.known(name, value, &scratch) { HubProperty(envelope: $0) }
            guard let property else {
                try cursor.skipValue(value, depth: 2)
                continue
            }
            try Self.note(property.rawValue, in: &seen, at: begin)
            guard try !cursor.takesNull(value) else { continue }
            let at = cursor.index
            if let text = try text(value, depth: 2) {
                try read(property, text, value, field: property.envelope, &headers, &scratch)
            } else {
                headers.refuse(property.envelope, at: at, "a string is expected")
            }
        } while try cursor.continues(value, closing: UInt8(ascii: "}"))
    }

    /// Passes the payload and notes where it is.
    private mutating func body(_ value: Span<UInt8>) throws(Refusal) {
        hasBody = true
        bodyAt = cursor.index
        switch cursor.byte(in: value) {
        case UInt8(ascii: "\""):
            body = .string(try cursor.string(value))
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            try cursor.skipValue(value, depth: 1)
            body = .json(bodyAt..<cursor.index)
        default:
            try cursor.skipValue(value, depth: 1)
        }
    }

    /// Passes a value; `nil` if it is no string.
    private mutating func text(_ value: Span<UInt8>, depth: Int) throws(Refusal) -> JSONString? {
        guard cursor.byte(in: value) == UInt8(ascii: "\"") else {
            try cursor.skipValue(value, depth: depth)
            return nil
        }
        return try cursor.string(value)
    }

    private func read(
        _ property: HubProperty,
        _ text: JSONString,
        _ value: Span<UInt8>,
        field: StaticString,
        _ headers: inout HubHeaders,
        _ scratch: inout [UInt8]
    ) throws(Refusal) {
        try text.withContent(of: value, scratch: &scratch) { content in
            headers.read(property, content, field: field)
        }
    }

    /// What a member's name stands for; half a surrogate pair is in no name that is known.
    private static func known<Name>(
        _ name: JSONString,
        _ value: Span<UInt8>,
        _ scratch: inout [UInt8],
        _ find: (Span<UInt8>) -> Name?
    ) throws(Refusal) -> Name? {
        guard name.hasEscapes else { return find(value.extracting(name.range)) }
        do throws(Refusal) { try name.unescape(value, into: &scratch) } catch { return nil }
        return find(scratch.span)
    }

    private static func note(_ member: UInt8, in seen: inout UInt8, at begin: Int) throws(Refusal) {
        guard seen & (1 << member) == 0 else { throw Refusal(.badJSON, at: begin, "the member is there twice") }
        seen |= 1 << member
    }
}
