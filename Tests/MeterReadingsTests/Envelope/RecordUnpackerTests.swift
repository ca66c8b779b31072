import Testing

@testable import MeterReadings

/// Routing envelopes and packed bodies: what is around a record's payload.
struct RecordUnpackerTests {
    private static let telemetry = #"{"v":1,"t":"2026-03-29T01:15:00Z","import_wh":1}"#
    private static let properties = #""SystemProperties":{"connectionDeviceId":"meter-0001"}"#

    private struct Outcome {
        var refusal: Refusal?
        var payload: String?
        var headers = HubHeaders()

        var deviceID: String? { headers.withDeviceID(RecordUnpackerTests.text) }
        var generationID: String? { headers.withGenerationID(RecordUnpackerTests.text) }
    }

    private static func text(_ span: Span<UInt8>) -> String {
        var bytes: [UInt8] = []
        for index in span.indices { bytes.append(span[index]) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func open(_ value: [UInt8], limits: RecordLimits = .init()) -> Outcome {
        var unpacker = RecordUnpacker(limits: limits)
        var outcome = Outcome()
        outcome.refusal = unpacker.openEnvelope(value.span, into: &outcome.headers)
        if outcome.refusal == nil {
            outcome.refusal = unpacker.unpack(value.span, outcome.headers.contentCoding)
        }
        if outcome.refusal == nil { outcome.payload = unpacker.withPayload(of: value.span, Self.text) }
        return outcome
    }

    private func open(_ value: String) -> Outcome { open(Array(value.utf8)) }

    // MARK: - Envelopes

    /// The two published forms, shortened; see `EnvelopeParser` for the source.
    @Test func published() {
        let base64 = open(
            #"{"EnqueuedTimeUtc":"2025-05-04T23:41:21.3940000Z","Properties":{},"SystemProperties":{"connectionDeviceId":"soil-moisture-sensor","connectionAuthMethod":"{\"scope\":\"device\",\"type\":\"sas\",\"issuer\":\"iothub\"}","connectionDeviceGenerationId":"638765239356645892","enqueuedTime":"2025-05-04T23:41:21.3940000Z"},"Body":"\#(PlainPacking.base64(Array(Self.telemetry.utf8)))"}"#
        )
        #expect(base64.refusal == nil)
        #expect(base64.headers.refusal == nil)
        #expect(base64.deviceID == "soil-moisture-sensor")
        #expect(base64.generationID == "638765239356645892")
        #expect(base64.headers.enqueuedTime == 1_746_402_081_394_000)
        #expect(base64.headers.messageSource == .absent)
        #expect(base64.headers.contentCoding == .none)
        #expect(base64.payload == Self.telemetry)
        let json = open(
            #"{"EnqueuedTimeUtc":"2019-09-26T17:46:09.8870000Z","Properties":{},"SystemProperties":{"connectionDeviceId":"meter-0001","contentType":"application/json","contentEncoding":"utf-8","enqueuedTime":"2019-09-26T17:46:09.8870000Z"},"Body":\#(Self.telemetry)}"#
        )
        #expect(json.deviceID == "meter-0001")
        #expect(json.headers.enqueuedTime == UTCTime.parse(Array("2019-09-26T17:46:09.887Z".utf8).span))
        #expect(json.payload == Self.telemetry)
    }

    @Test func bodies() {
        let escaped = Self.telemetry.replacing("\"", with: #"\""#)
        let spelled = Self.telemetry.unicodeScalars.map { "\\u00" + String($0.value, radix: 16) }.joined()
        let base64 = PlainPacking.base64(Array(Self.telemetry.utf8)).replacing("=", with: #"\u003d"#)
        let array = "[\(Self.telemetry)]"
        let bodies = [
            (Self.telemetry, Self.telemetry), (array, array), ("\"\(escaped)\"", Self.telemetry),
            ("\"\(spelled)\"", Self.telemetry), ("\" \\n \(escaped)\"", " \n " + Self.telemetry),
            ("\"\(base64)\"", Self.telemetry), ("\"\"", ""), ("{}", "{}"), ("[]", "[]"), ("\"[\"", "["),
        ]
        for (body, payload) in bodies {
            for value in [#"{"Body":\#(body),\#(Self.properties)}"#, #" { \#(Self.properties) , "Body" : \#(body) } "#]
            {
                let outcome = open(value)
                #expect(outcome.refusal == nil, "\(value)")
                #expect(outcome.payload == payload)
                #expect(outcome.deviceID == "meter-0001")
            }
        }
    }

    @Test(arguments: ["null", "1", "true", #""text!""#, #""Zg=""#, #""Zm9v\n""#, #""\ud800""#])
    func noBodies(_ body: String) {
        let outcome = open(#"{\#(Self.properties),"Body":\#(body)}"#)
        #expect(outcome.refusal?.reason == (body.contains("ud800") ? .badJSON : .badSchema))
        #expect(outcome.payload == nil)
    }

    @Test func namesMayBeEscapedAndOthersAreOnlyChecked() {
        let outcome = open(
            #"{"\ud800":1,"Body2":[{"Body":1}],"\u0042ody":[7],"\u0053ystemProperties":{"\udfff":{"connectionDeviceId":"x"},"connectionDevice\u0049d":"m\u0031","contentType":7}}"#
        )
        #expect(outcome.refusal == nil)
        #expect(outcome.headers.refusal == nil)
        #expect(outcome.deviceID == "m1")
        #expect(outcome.payload == "[7]")
    }

    @Test func whatIsNoEnvelopeHasNoIdentity() {
        for value in [
            Self.telemetry, "{}", "[]", "1", "\"x\"", #"{"Body":{}}"#, #"{"SystemProperties":null,"Body":{}}"#,
            #"{"SystemProperties":[],"Body":{}}"#, #"[{\#(Self.properties),"Body":{}}]"#,
            #"{"a":{\#(Self.properties),"Body":{}}}"#, #"{"systemproperties":{"connectionDeviceId":"m"},"Body":{}}"#,
        ] {
            let outcome = open(value)
            #expect(outcome.refusal?.reason == .noIdentity, "\(value)")
            #expect(outcome.deviceID == nil)
        }
        // An envelope that does not say its device opens, and leaves it to others to refuse it.
        #expect(open(#"{"SystemProperties":{},"Body":{}}"#).refusal == nil)
    }

    @Test(arguments: [
        "", "{", "{}{}", #"{"a":01}"#, "\u{FEFF}{}", #"{"Body":{},"Body":{}}"#, #"{"Body":{},"\u0042ody":null}"#,
        #"{"SystemProperties":{},"SystemProperties":{}}"#, #"{"EnqueuedTimeUtc":"","EnqueuedTimeUtc":""}"#,
        #"{"SystemProperties":{"connectionDeviceId":"a","connectionDeviceId":"a"},"Body":{}}"#,
        #"{"SystemProperties":{"messageSource":"a","iothub-message-source":"a"},"Body":{}}"#,
        #"{"SystemProperties":{"connectionDeviceId":"a","messageSource":"twinChangeEvents"},"Body":{}"#,
        #"{"SystemProperties":{"connectionDeviceId":"\ud800"},"Body":{}}"#, #"{"SystemProperties":{"a"},"Body":{}}"#,
        #"{"SystemProperties":{"connectionDeviceId":"a"},"Body":{"x":}}"#,
    ]) func brokenJSON(_ value: String) {
        let outcome = open(value)
        #expect(outcome.refusal?.reason == .badJSON)
        // Nothing in it is believed, its message source, by which it would be passed over, least of all.
        #expect(outcome.deviceID == nil)
        #expect(outcome.headers.messageSource == .absent)
    }

    @Test func depthIsLimited() {
        func nested(_ depth: Int) -> Outcome {
            let open = String(repeating: "[", count: depth)
            let close = String(repeating: "]", count: depth)
            return self.open(#"{\#(Self.properties),"Body":\#(open)\#(close)}"#)
        }
        #expect(nested(63).refusal == nil)
        #expect(nested(64).refusal?.reason == .badJSON)
        #expect(nested(100_000).refusal?.reason == .badJSON)
        #expect(open(String(repeating: #"{"SystemProperties":"#, count: 50_000)).refusal?.reason == .badJSON)
    }

    @Test func propertiesAreReadLikeHeaders() {
        func headers(_ properties: String) -> HubHeaders {
            open(#"{"SystemProperties":{\#(properties)},"Body":{}}"#).headers
        }
        #expect(
            headers(#""connectionDeviceId":"a b""#).refusal?.field.description == "SystemProperties.connectionDeviceId"
        )
        #expect(headers(#""connectionDeviceId":7"#).refusal?.reason == .badHeader)
        #expect(headers(#""enqueuedTime":"yesterday""#).refusal?.reason == .badHeader)
        #expect(headers(#""enqueuedTime":"0001-01-01T00:00:00.0000000Z""#).refusal?.reason == .badHeader)
        #expect(headers(#""connectionDeviceGenerationId":"""#).refusal?.reason == .badHeader)
        #expect(headers(#""messageSource":"Telemetry""#).messageSource == .telemetry)
        #expect(headers(#""iothub-message-source":"deviceLifecycleEvents""#).messageSource == .other)
        #expect(headers(#""contentEncoding":"gzip""#).contentCoding == .gzip)
        #expect(headers(#""connectionDeviceId":null"#).refusal == nil)
        #expect(headers(#""connectionModuleId":7,"messageId":[],"correlationId":{}"#).refusal == nil)
    }

    @Test func theInnerTimeCountsAndTheOuterOneStandsIn() {
        func time(_ outer: String, _ inner: String) -> Outcome {
            open(#"{"EnqueuedTimeUtc":\#(outer),"SystemProperties":{"enqueuedTime":\#(inner)},"Body":{}}"#)
        }
        let inner = #""2026-03-29T01:15:00Z""#
        let outer = #""2026-03-29T01:16:00Z""#
        #expect(time(outer, inner).headers.enqueuedTime == 1_774_746_900_000_000)
        #expect(time(outer, "null").headers.enqueuedTime == 1_774_746_960_000_000)
        #expect(time(#""garbled""#, inner).headers.refusal == nil)
        #expect(time(#""garbled""#, "null").headers.refusal?.field.description == "EnqueuedTimeUtc")
        #expect(time("null", "null").headers.enqueuedTime == nil)
    }

    // MARK: - Content codings

    @Test func packedBodies() {
        let body = Array(Self.telemetry.utf8)
        for (coding, packed) in [(ContentCoding.gzip, PlainPacking.gzip(body)), (.deflate, PlainPacking.zlib(body))] {
            var unpacker = RecordUnpacker()
            #expect(unpacker.unpack(packed.span, coding) == nil)
            #expect(unpacker.withPayload(of: packed.span, Self.text) == Self.telemetry)
            // Once is enough.
            #expect(unpacker.unpack(packed.span, coding) == nil)
            #expect(unpacker.withPayload(of: packed.span, Self.text) == Self.telemetry)
            unpacker.removeAll()
            #expect(unpacker.withPayload(of: packed.span) { $0.count } == packed.count)
        }
        let envelope =
            #"{"SystemProperties":{"contentEncoding":"gzip"},"Body":"\#(PlainPacking.base64(PlainPacking.gzip(body)))"}"#
        #expect(open(envelope).payload == Self.telemetry)
        let other = #"{"SystemProperties":{"contentEncoding":"gzip"},"Body":{}}"#
        #expect(open(other).refusal?.reason == .badSchema)
    }

    @Test func whatCannotBeUnpacked() {
        let packed = PlainPacking.gzip(Array(Self.telemetry.utf8))
        var wrongSum = packed
        wrongSum[packed.count - 8] ^= 1
        let cases: [([UInt8], ContentCoding, RefusalReason)] = [
            (packed, .unknown, .badHeader), ([], .gzip, .badSchema), (Array(Self.telemetry.utf8), .gzip, .badSchema),
            (packed + [0], .gzip, .badSchema), (Array(packed.dropLast()), .gzip, .badSchema),
            (wrongSum, .gzip, .badChecksum), (packed, .deflate, .badSchema),
            (PlainPacking.bomb(10_000), .gzip, .tooLarge),
        ]
        for (value, coding, reason) in cases {
            var unpacker = RecordUnpacker()
            let refusal = unpacker.unpack(value.span, coding)
            #expect(refusal?.reason == reason)
            #expect(refusal?.isInUnpackedBody == false)
        }
    }

    @Test func limits() {
        let limits = RecordLimits(maxBytes: 100)
        func unpack(_ count: Int) -> RefusalReason? {
            var unpacker = RecordUnpacker(limits: limits)
            // Zeros, at 13 bits for 258 of them, need fewer bytes than they are.
            return unpacker.unpack(PlainPacking.gzip(Array(repeating: 7, count: count)).span, .gzip)?.reason
        }
        #expect(unpack(77) == nil)
        #expect(unpack(78) == .tooLarge, "the packed body itself is over the limit")
        #expect(open(Array(repeating: 0x20, count: 65_737), limits: limits).refusal?.reason == .tooLarge)
        #expect(open(Array(repeating: 0x20, count: 65_736), limits: limits).refusal?.reason == .badJSON)
    }

    @Test func refusalsSayWhereTheyCountFrom() {
        let fault = Refusal(.badJSON, at: 2, "a colon is expected")
        func placed(_ value: String) -> String {
            let value = Array(value.utf8)
            var (unpacker, headers) = (RecordUnpacker(), HubHeaders())
            #expect(unpacker.openEnvelope(value.span, into: &headers) == nil)
            #expect(unpacker.unpack(value.span, headers.contentCoding) == nil)
            return unpacker.placed(fault).sentence
        }
        // In the value itself: its own byte 2, or the body's place added.
        #expect(RecordUnpacker().placed(fault).sentence == "a colon is expected (byte 2)")
        #expect(placed(#"{"Body":{},"SystemProperties":{}}"#) == "a colon is expected (byte 10)")
        #expect(placed(#"{"Body":"{}","SystemProperties":{}}"#) == "a colon is expected (byte 11)")
        // Not there as it is.
        let unpacked = "a colon is expected (byte 2 of the unpacked body)"
        #expect(placed(#"{"Body":"e30=","SystemProperties":{}}"#) == unpacked)
        #expect(placed(#"{"Body":"{\n}","SystemProperties":{}}"#) == unpacked)
        let packed = PlainPacking.base64(PlainPacking.gzip([0x7B, 0x7D]))
        #expect(placed(#"{"Body":"\#(packed)","SystemProperties":{"contentEncoding":"gzip"}}"#) == unpacked)
        #expect(RecordUnpacker().placed(Refusal(.tooLarge, "x")).sentence == "x")
    }
}
