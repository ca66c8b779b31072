extension TelemetryV1Parser {
    /// The sentence for a `kind` that is none.
    static var kindExpected: StaticString { "\"register\" or \"interval\" is expected" }

    /// The milliseconds since 1970 of 0000-01-01 and of the end of 9999, between which a time must lie to have a text form.
    private static var milliseconds: ClosedRange<Int64> { -62_167_219_200_000...253_402_300_799_999 }

    /// Reads one element of `readings`.
    ///
    /// - Parameter depth: how many arrays and objects are open inside of the reading.
    mutating func reading(_ body: Span<UInt8>, depth: Int, _ scratch: inout [UInt8]) throws(Refusal) -> DecodedReading {
        let begin = cursor.index
        var parts = ReadingParts()
        guard cursor.byte(in: body) == UInt8(ascii: "{") else {
            parts.refuse(.badSchema, .readings, at: begin, "a reading, which is an object, is expected")
            try cursor.skipValue(body, depth: depth - 1)
            return parts.finished(begin: begin, intervalSeconds)
        }
        var seen = MemberSet()
        if cursor.opens(body, closing: UInt8(ascii: "}")) {
            repeat {
                guard let member = try nextMember(body, inReading: true, &seen, &scratch) else {
                    try cursor.skipValue(body, depth: depth)
                    continue
                }
                guard try !cursor.takesNull(body) else { continue }
                try readingMember(member, body, depth, &parts, &scratch)
            } while try cursor.continues(body, closing: UInt8(ascii: "}"))
        }
        return parts.finished(begin: begin, intervalSeconds)
    }

    /// Reads the value of a reading's member.
    mutating func readingMember(
        _ member: TelemetryMember,
        _ body: Span<UInt8>,
        _ depth: Int,
        _ parts: inout ReadingParts,
        _ scratch: inout [UInt8]
    ) throws(Refusal) {
        let at = cursor.index
        switch member {
        case .time:
            try time(body, depth, &parts, &scratch)
        case .quality:
            try quality(body, depth, &parts, &scratch)
        case .importWh, .exportWh:
            parts.take(try wattHours(member, body, depth, &parts), of: member, at: at)
        case .importKwh, .exportKwh:
            parts.take(try kilowattHours(member, body, depth, &parts, &scratch), of: member, at: at)
        case .importTariffs, .exportTariffs:
            parts.take(try tariffs(member, body, depth, &parts), of: member, at: at)
        case .kind:
            guard let kind = try kind(body, depth, &scratch) else {
                parts.refuse(.badSchema, .kind, at: at, Self.kindExpected)
                return
            }
            if let fault = MessageParts.fault(of: kind, against: self.kind) {
                parts.refuse(.wrongKind, .kind, at: at, fault)
            }
        case .intervalSeconds:
            let length = try integer(body, depth)
            if let fault = MessageParts.fault(of: .interval, against: kind) {
                parts.refuse(.wrongKind, .intervalSeconds, at: at, fault)
            } else if let fault = lengthFault(length, at) {
                parts.refuse(fault)
            }
        case .version, .device, .sequence, .boot, .readings:
            try cursor.skipValue(body, depth: depth)
        }
    }

    /// `t`: text by RFC 3339, or integer milliseconds since 1970.
    private mutating func time(
        _ body: Span<UInt8>,
        _ depth: Int,
        _ parts: inout ReadingParts,
        _ scratch: inout [UInt8]
    ) throws(Refusal) {
        let at = cursor.index
        switch cursor.byte(in: body) {
        case UInt8(ascii: "\""):
            let text = try cursor.string(body)
            let result = try text.withContent(of: body, scratch: &scratch) { content in
                UTCTime.result(content)
            }
            switch result {
            case .success(let instant): parts.take(measuredAt: instant, at: at)
            case .failure(.noZone): parts.refuse(.timeNoZone, .time, at: at, UTCTimeFault.noZone.sentence)
            case .failure(let fault): parts.refuse(.badSchema, .time, at: at, fault.sentence)
            }
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let number = try cursor.number(body).scaled(body, power: 0)
            guard number.isWhole else {
                parts.refuse(.badSchema, .time, at: at, "whole milliseconds since 1970 are expected")
                return
            }
            guard let value = number.int64, Self.milliseconds.contains(value) else {
                parts.refuse(.outOfRange, .time, at: at, "the time lies outside of the years 0 to 9999")
                return
            }
            parts.take(measuredAt: value * 1000, at: at)
        default:
            parts.refuse(.badSchema, .time, at: at, "a time as a string or as milliseconds since 1970 is expected")
            try cursor.skipValue(body, depth: depth)
        }
    }

    /// `q`: one of the letters of ``ReadingQuality``.
    private mutating func quality(
        _ body: Span<UInt8>,
        _ depth: Int,
        _ parts: inout ReadingParts,
        _ scratch: inout [UInt8]
    ) throws(Refusal) {
        let at = cursor.index
        let letter = try shortText(body, depth, &scratch) { text in text.count == 1 ? text[0] : 0 }
        guard let letter, let quality = ReadingQuality(rawValue: letter) else {
            parts.refuse(.badSchema, .quality, at: at, "one of \"M\", \"S\", \"E\", \"F\" and \"N\" is expected")
            return
        }
        parts.take(quality)
    }

    /// `kind`; `nil` if it is none.
    mutating func kind(_ body: Span<UInt8>, _ depth: Int, _ scratch: inout [UInt8]) throws(Refusal) -> TelemetryKind? {
        let kind = try shortText(body, depth, &scratch) { text -> TelemetryKind? in
            text.equals("register") ? .register : text.equals("interval") ? .interval : nil
        }
        return kind ?? nil
    }

    /// Lends the string at the cursor; what is no string is passed over, and then the result is `nil`.
    @inline(__always)
    private mutating func shortText<Result>(
        _ body: Span<UInt8>,
        _ depth: Int,
        _ scratch: inout [UInt8],
        _ use: (Span<UInt8>) -> Result
    ) throws(Refusal) -> Result? {
        guard cursor.byte(in: body) == UInt8(ascii: "\"") else {
            try cursor.skipValue(body, depth: depth)
            return nil
        }
        return try cursor.string(body).withContent(of: body, scratch: &scratch, use)
    }

    /// An integer from 0 to 2^64 - 1; what is none is passed over, and then the result is `nil`.
    mutating func integer(_ body: Span<UInt8>, _ depth: Int) throws(Refusal) -> UInt64? {
        switch cursor.byte(in: body) {
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let number = try cursor.number(body).scaled(body, power: 0)
            return number.isWhole && !number.isNegative ? number.magnitude : nil
        default:
            try cursor.skipValue(body, depth: depth)
            return nil
        }
    }
}
