/// Reads one body of telemetry v1: a message, or an array of messages, all of one device.
///
/// ```json
/// {"v":1,"device":"meter-0001","seq":18234,"boot":7,
///  "readings":[
///   {"t":"2026-03-29T01:15:00Z","import_wh":2714128,"export_wh":1206,"q":"M"},
///   {"t":1774748700000,"import_kwh":"002714.190"}]}
/// ```
/// A message with a single reading may have its members inline, in place of `readings`. Decisions:
/// - `v` is required, so that a later version is never taken for this one. `device`, `seq`, `boot` (0 to 2^64 - 1), `kind` are optional.
/// - A number is its exact decimal value, however it is spelled: `2714128.0` and `2.714128e6` are the integer 2714128. What has to
///   be an integer and is none, like `0.5` Wh, is `bad_schema`.
/// - Registers: `…_wh` an integer, `…_kwh` a number or a string (floored to Wh; in strings, zeros in front are allowed, as meters show
///   them), `…_t` an array of integers in Wh, one for each tariff, summed. One of the three for import, one for export, at least one in all.
/// - `null` for a known member is as if it were not there. Names are compared after their escapes are resolved.
/// - Unknown members are passed over, but checked as JSON.
/// - `interval_s` without `kind` "interval" is `wrong_kind`: energy of an interval must never be taken for a register.
/// - A message with `kind` "interval" has `interval_s`, the length that the registry gives the device (another one is `wrong_kind`). `t` is
///   then the interval's start, on the grid of that length in UTC; up to 30 s off it is moved there, flagged
///   ``ReadingFlags/snapped``, further off it is `time_unaligned`. The values are energy, in the same members.
struct TelemetryV1Parser {
    /// What the registry says that the device reports.
    let kind: TelemetryKind
    /// The length of its intervals in seconds; 0 for registers.
    let intervalSeconds: Int32
    /// The most readings of a record.
    let maxReadings: Int

    /// Where in the body.
    var cursor = JSONCursor()
    /// The first fault of the message; the JSON is checked to its end nevertheless.
    private var fault: Refusal?

    /// Makes a parser for one body.
    init(profile: DeviceProfile, maxReadings: Int) {
        kind = profile.kind
        intervalSeconds =
            profile.kind == .register ? 0 : profile.intervalSeconds ?? DeviceProfile.defaultIntervalSeconds
        self.maxReadings = maxReadings
    }

    /// Reads a whole body.
    ///
    /// - Throws: why the record is refused; what is in the buffer is then without meaning.
    mutating func parse(_ body: Span<UInt8>, deviceID: Span<UInt8>?, into buffer: inout RecordBuffer) throws(Refusal) {
        if body.count >= 3, body[0] == 0xEF, body[1] == 0xBB, body[2] == 0xBF {
            throw Refusal(.badJSON, at: 0, "JSON must not begin with a byte-order mark")
        }
        cursor.skipSpace(body)
        let begin = cursor.index
        switch cursor.byte(in: body) {
        case UInt8(ascii: "{"):
            try message(body, depth: 1, deviceID, &buffer)
        case UInt8(ascii: "["):
            guard cursor.opens(body, closing: UInt8(ascii: "]")) else {
                refuse(Refusal(.badSchema, at: begin, "the array has no message"))
                break
            }
            repeat {
                if cursor.byte(in: body) == UInt8(ascii: "{") {
                    try message(body, depth: 2, deviceID, &buffer)
                } else {
                    refuse(Refusal(.badSchema, at: cursor.index, "a message, which is an object, is expected"))
                    try cursor.skipValue(body, depth: 1)
                }
            } while try cursor.continues(body, closing: UInt8(ascii: "]"))
        default:
            refuse(Refusal(.badSchema, at: begin, "a message, which is an object, or an array of messages is expected"))
            try cursor.skipValue(body, depth: 0)
        }
        cursor.skipSpace(body)
        guard cursor.index == body.count else {
            throw Refusal(.badJSON, at: cursor.index, "nothing may follow the JSON value")
        }
        if let fault { throw fault }
    }

    /// Reads one message; the cursor stands on its brace.
    private mutating func message(
        _ body: Span<UInt8>,
        depth: Int,
        _ deviceID: Span<UInt8>?,
        _ buffer: inout RecordBuffer
    ) throws(Refusal) {
        var parts = MessageParts(begin: cursor.index)
        var inline = ReadingParts()
        var seen = MemberSet()
        if cursor.opens(body, closing: UInt8(ascii: "}")) {
            repeat {
                guard let member = try nextMember(body, inReading: false, &seen, &buffer.scratch) else {
                    try cursor.skipValue(body, depth: depth)
                    continue
                }
                guard try !cursor.takesNull(body) else { continue }
                switch member {
                case .version: try version(body, depth, &parts)
                case .device: try device(body, depth, deviceID, &buffer.bodyDeviceID, &buffer.scratch)
                case .sequence, .boot: try counter(member, body, depth)
                case .readings: try readings(body, depth, &parts, &buffer)
                case .kind: try kind(body, depth, &parts, &buffer.scratch)
                case .intervalSeconds: try length(body, depth, &parts)
                default:
                    parts.isReading = true
                    try readingMember(member, body, depth, &inline, &buffer.scratch)
                }
            } while try cursor.continues(body, closing: UInt8(ascii: "}"))
        }
        if let fault = parts.fault(against: kind) { refuse(fault) }
        if parts.isReading { append(inline.finished(begin: parts.begin, intervalSeconds), &buffer) }
    }

    /// `interval_s` of a message.
    private mutating func length(_ body: Span<UInt8>, _ depth: Int, _ parts: inout MessageParts) throws(Refusal) {
        parts.hasInterval = true
        let at = cursor.index
        let length = try integer(body, depth)
        guard kind == .interval else { return }  // The message is refused as a whole.
        if let fault = lengthFault(length, at) { refuse(fault) }
    }

    /// What is wrong with an interval of that length from a device of intervals; `nil`: nothing.
    func lengthFault(_ length: UInt64?, _ at: Int) -> Refusal? {
        let field = TelemetryMember.intervalSeconds.spelling
        guard let length else { return Refusal(.badSchema, field: field, at: at, "whole seconds are expected") }
        guard length != UInt64(intervalSeconds) else { return nil }
        return Refusal(
            .wrongKind,
            field: field,
            at: at,
            "the device is registered for intervals of another length; see its interval_seconds in the registry"
        )
    }

    /// Reads a member's name and passes the colon; `nil` if the member is not known here.
    ///
    /// - Parameter inReading: whether the object is an element of `readings`, where members of messages are not known.
    mutating func nextMember(
        _ body: Span<UInt8>,
        inReading: Bool,
        _ seen: inout MemberSet,
        _ scratch: inout [UInt8]
    ) throws(Refusal) -> TelemetryMember? {
        let begin = cursor.index
        let name = try cursor.memberName(body)
        let known: TelemetryMember?
        if name.hasEscapes {
            // Half a surrogate pair is in no known name, so it is none of our business here.
            do throws(Refusal) { try name.unescape(body, into: &scratch) } catch { return nil }
            known = TelemetryMember(scratch.span)
        } else {
            known = TelemetryMember(body.extracting(name.range))
        }
        guard let known, !(inReading && known.isOfMessage) else { return nil }
        guard seen.insert(known) else {
            throw Refusal(.badJSON, field: known.spelling, at: begin, "the member is there twice")
        }
        return known
    }

    private mutating func version(
        _ body: Span<UInt8>,
        _ depth: Int,
        _ parts: inout MessageParts
    ) throws(Refusal) {
        parts.hasVersion = true
        let at = cursor.index
        guard try integer(body, depth) != 1 else { return }
        refuse(Refusal(.badSchema, field: "v", at: at, "this version of telemetry is not known; 1 is expected"))
    }

    /// `seq` or `boot`: evidence only, so nothing but its form is looked at.
    private mutating func counter(_ member: TelemetryMember, _ body: Span<UInt8>, _ depth: Int) throws(Refusal) {
        let at = cursor.index
        guard try integer(body, depth) == nil else { return }
        refuse(Refusal(.badSchema, field: member.spelling, at: at, "an integer from 0 to 2^64 - 1 is expected"))
    }

    private mutating func kind(
        _ body: Span<UInt8>,
        _ depth: Int,
        _ parts: inout MessageParts,
        _ scratch: inout [UInt8]
    ) throws(Refusal) {
        let at = cursor.index
        parts.kind = try kind(body, depth, &scratch)
        guard parts.kind == nil else { return }
        refuse(Refusal(.badSchema, field: "kind", at: at, Self.kindExpected))
    }

    private mutating func device(
        _ body: Span<UInt8>,
        _ depth: Int,
        _ deviceID: Span<UInt8>?,
        _ identity: inout IdentityText,
        _ scratch: inout [UInt8]
    ) throws(Refusal) {
        let at = cursor.index
        guard cursor.byte(in: body) == UInt8(ascii: "\"") else {
            refuse(Refusal(.badSchema, field: "device", at: at, "a string is expected"))
            try cursor.skipValue(body, depth: depth)
            return
        }
        let name = try cursor.string(body)
        let reason = try name.withContent(of: body, scratch: &scratch) { content in
            Self.note(content, in: &identity, deviceID)
        }
        switch reason {
        case nil: break
        case .deviceMismatch:
            refuse(Refusal(.deviceMismatch, field: "device", at: at, "the record comes from another device"))
        default:
            refuse(
                Refusal(
                    .badSchema,
                    field: "device",
                    at: at,
                    "1 to 128 of the characters that IoT Hub allows are expected"
                )
            )
        }
    }

    /// Notes what the body calls its device; gives the reason if it must not do so.
    private static func note(
        _ name: Span<UInt8>,
        in identity: inout IdentityText,
        _ deviceID: Span<UInt8>?
    ) -> RefusalReason? {
        if let deviceID {
            guard name.equals(deviceID) else { return .deviceMismatch }
        } else {
            guard IdentityText.isDeviceID(name) else { return .badSchema }
        }
        guard identity.count == 0 || identity.equals(name) else { return .deviceMismatch }
        return identity.set(name) ? nil : .badSchema
    }

    private mutating func readings(
        _ body: Span<UInt8>,
        _ depth: Int,
        _ parts: inout MessageParts,
        _ buffer: inout RecordBuffer
    ) throws(Refusal) {
        parts.hasReadings = true
        let at = cursor.index
        guard cursor.byte(in: body) == UInt8(ascii: "[") else {
            refuse(Refusal(.badSchema, field: "readings", at: at, "an array is expected"))
            try cursor.skipValue(body, depth: depth)
            return
        }
        guard cursor.opens(body, closing: UInt8(ascii: "]")) else {
            refuse(Refusal(.badSchema, field: "readings", at: at, "at least one reading is expected"))
            return
        }
        repeat {
            append(try reading(body, depth: depth + 2, &buffer.scratch), &buffer)
        } while try cursor.continues(body, closing: UInt8(ascii: "]"))
    }

    /// Adds a reading to the record's, as long as there are not too many.
    private mutating func append(_ reading: DecodedReading, _ buffer: inout RecordBuffer) {
        if buffer.readings.count < maxReadings {
            buffer.readings.append(reading)
        } else {
            refuse(
                Refusal(.tooLarge, field: "readings", at: cursor.index, "there are more readings than the limit allows")
            )
        }
    }

    /// Refuses the record for a fault of a message, unless an earlier one does.
    private mutating func refuse(_ refusal: Refusal) {
        if fault == nil { fault = refusal }
    }
}
