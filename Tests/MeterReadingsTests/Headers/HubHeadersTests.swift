import Testing

@testable import MeterReadings

/// Hub headers, as plain text and as AMQP 1.0.
struct HubHeadersTests {
    private static let deviceID = "iothub-connection-device-id"
    private static let generationID = "iothub-connection-auth-generation-id"
    private static let enqueuedTime = "iothub-enqueuedtime"
    private static let messageSource = "iothub-message-source"

    private func headers(_ list: [(String, [UInt8])]) -> HubHeaders {
        var headers = HubHeaders()
        for (name, value) in list { headers.read(name: Array(name.utf8).span, value: value.span) }
        return headers
    }

    private func headers(_ list: [(String, String)]) -> HubHeaders {
        headers(list.map { ($0.0, Array($0.1.utf8)) })
    }

    private func text(_ span: Span<UInt8>) -> String {
        var bytes: [UInt8] = []
        for index in span.indices { bytes.append(span[index]) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func deviceID(_ headers: HubHeaders) -> String? { headers.withDeviceID(text) }
    private func generationID(_ headers: HubHeaders) -> String? { headers.withGenerationID(text) }

    /// The two AMQP encodings each of strings and symbols.
    private func amqp(_ text: String) -> [[UInt8]] {
        let bytes = Array(text.utf8)
        let long = (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (24 - 8 * $0)) }
        var shapes = [[0xB1] + long + bytes, [0xB3] + long + bytes]
        if bytes.count < 256 { shapes += [[0xA1, UInt8(bytes.count)] + bytes, [0xA3, UInt8(bytes.count)] + bytes] }
        return shapes
    }

    @Test func nothingSaysNothing() {
        let headers = HubHeaders()
        #expect(headers.messageSource == .absent)
        #expect(headers.enqueuedTime == nil)
        #expect(headers.refusal == nil)
        #expect(deviceID(headers) == nil)
        #expect(generationID(headers) == nil)
    }

    @Test func publishedVectors() {
        let id: [UInt8] = [0xA1, 0x0A, 0x6D, 0x65, 0x74, 0x65, 0x72, 0x2D, 0x30, 0x30, 0x30, 0x31]
        let read = headers([
            (Self.deviceID, id), (Self.enqueuedTime, [0x83, 0x00, 0x00, 0x01, 0x99, 0x33, 0x88, 0x69, 0x90]),
            (Self.messageSource, [0xA1, 0x09] + Array("Telemetry".utf8)),
            (Self.generationID, Array("638765239356645892".utf8)),
        ])
        #expect(read.refusal == nil)
        #expect(deviceID(read) == "meter-0001")
        #expect(generationID(read) == "638765239356645892")
        #expect(read.enqueuedTime == 1_757_506_202_000_000)
        #expect(read.messageSource == .telemetry)
        // From Azure/azure-event-hubs-for-kafka, issue 45.
        let older = headers([(Self.enqueuedTime, [0x83, 0x00, 0x00, 0x01, 0x6A, 0x0F, 0xEF, 0xE0, 0x03])])
        #expect(older.enqueuedTime == UTCTime.parse(Array("2019-04-12T05:05:39.843Z".utf8).span))
    }

    @Test(arguments: [
        "a", "meter-0001", "-.+%_#*?!(),:;=@$'", "@", "0", String(repeating: "Z9", count: 64), "UTF", "q1234",
    ])
    func deviceIDs(_ id: String) {
        #expect(deviceID(headers([(Self.deviceID, id)])) == id)
        for shape in amqp(id) { #expect(deviceID(headers([(Self.deviceID, shape)])) == id) }
    }

    @Test(arguments: [
        "", "meter 1", "meter/1", "meter\u{0}", "mé", "a\n", "a\"", "a\\", "a&b", "a<b", "a>b", "a[b", "a]b", "a^b",
        "a`b", "a{b", "a|b",
        "a}b", "a~b", "a\u{7F}", String(repeating: "x", count: 129),
    ]) func noDeviceIDs(_ id: String) {
        for shape in amqp(id) + [Array(id.utf8)] {
            let read = headers([(Self.deviceID, shape)])
            #expect(read.refusal?.reason == .badHeader)
            #expect(read.refusal?.sentence.contains("iothub-connection-device-id") == true)
            #expect(deviceID(read) == nil)
        }
    }

    @Test func lengthsOfAMQPStringsMustBeExact() {
        for shape in amqp("meter-0001") {
            for place in 1..<(shape[0] < 0xB0 ? 2 : 5) {
                for change: UInt8 in [1, 0xFF] {
                    var bytes = shape
                    bytes[place] &+= change
                    #expect(headers([(Self.deviceID, bytes)]).refusal?.reason == .badHeader)
                }
            }
            for count in shape.indices { #expect(headers([(Self.deviceID, Array(shape[..<count]))]).refusal != nil) }
            #expect(headers([(Self.deviceID, shape + [0x31])]).refusal != nil)
        }
    }

    @Test(
        arguments: [
            ([0x81, 0x00, 0x00, 0x01, 0x99, 0x33, 0x88, 0x69, 0x90], 1_757_506_202_000_000),
            ([0x80, 0x00, 0x00, 0x01, 0x99, 0x33, 0x88, 0x69, 0x90], 1_757_506_202_000_000),
            (Array("1757506202000".utf8), 1_757_506_202_000_000),
            (Array("2025-09-10T12:10:02Z".utf8), 1_757_506_202_000_000),
            (Array("2025-05-04T23:41:21.3940000Z".utf8), 1_746_402_081_394_000),
            ([0xA1, 0x0D] + Array("1757506202000".utf8), 1_757_506_202_000_000),
            ([0xB1, 0x00, 0x00, 0x00, 0x14] + Array("2025-09-10T12:10:02Z".utf8), 1_757_506_202_000_000),
            (Array("946684800000".utf8), 946_684_800_000_000),
            (Array("2199-12-31T23:59:59.999999Z".utf8), 7_258_118_399_999_999),
        ] as [([UInt8], Int64)]
    ) func enqueuedTimes(_ value: [UInt8], _ instant: Int64) {
        let read = headers([(Self.enqueuedTime, value)])
        #expect(read.enqueuedTime == instant)
        #expect(read.refusal == nil)
    }

    @Test(
        arguments: [
            [], Array("yesterday".utf8), Array("1757506202".utf8), Array("1757506202000000".utf8),
            Array("946684799999".utf8),
            Array("7258118400000".utf8), Array("2025-09-10T12:10:02".utf8), Array("1e12".utf8),
            Array("1757506202000.5".utf8),
            Array("9223372036854775808".utf8), Array("01757506202000".utf8), [0x83],
            [0x83, 0, 0, 1, 0x99, 0x33, 0x88, 0x69],
            [0x83, 0, 0, 1, 0x99, 0x33, 0x88, 0x69, 0x90, 0], [0x83, 0x80, 0, 0, 0, 0, 0, 0, 0],
            [0x80, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x43], [0x44], [0x52, 0x2F], [0x55, 0x2F], [0x71, 0, 0, 4, 0xD2], [0x41], [0x82, 0, 0, 0, 0, 0, 0, 0, 0],
            [0x98], [0xA1], [0xA1, 1],
        ] as [[UInt8]]
    ) func noEnqueuedTimes(_ value: [UInt8]) {
        let read = headers([(Self.enqueuedTime, value)])
        #expect(read.enqueuedTime == nil)
        #expect(read.refusal?.reason == .badHeader)
    }

    @Test func integersOfAllWidths() {
        // They are all long before 2000, so only the inner function can tell.
        let vectors: [([UInt8], Int64)] = [
            ([0x43], 0), ([0x44], 0), ([0x50, 0xFF], 255), ([0x52, 0x2F], 47), ([0x53, 0xFF], 255),
            ([0x60, 0x01, 0x02], 258),
            ([0x70, 0xFF, 0xFF, 0xFF, 0xFF], 4_294_967_295), ([0x51, 0xFF], -1), ([0x54, 0x80], -128),
            ([0x55, 0x2F], 47),
            ([0x61, 0xFF, 0xFE], -2), ([0x71, 0x00, 0x00, 0x04, 0xD2], 1234), ([0x71, 0xFF, 0xFF, 0xFF, 0xFF], -1),
            ([0x81, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE], -2),
        ]
        for (bytes, milliseconds) in vectors {
            #expect(HeaderValue.instant(bytes.span) == milliseconds * 1000)
            #expect(HeaderValue.instant((bytes + [0]).span) == nil)
            if bytes.count > 1 { #expect(HeaderValue.instant(Array(bytes.dropLast()).span) == nil) }
        }
    }

    @Test func aNullTimeIsNone() {
        let read = headers([(Self.enqueuedTime, [0x40])])
        #expect(read.enqueuedTime == nil)
        #expect(read.refusal == nil)
    }

    @Test(arguments: [
        ("Telemetry", MessageSource.telemetry), ("telemetry", .telemetry), ("TELEMETRY", .telemetry),
        ("twinChangeEvents", .other),
        ("deviceConnectionStateEvents", .other), ("Telemetry ", .other), ("Telemetrie", .other),
        ("\u{54}elemetr\u{59}", .telemetry),
        ("TelemetrY", .telemetry), ("téléméty", .other),
    ]) func messageSources(_ value: String, _ source: MessageSource) {
        #expect(headers([(Self.messageSource, value)]).messageSource == source)
        for shape in amqp(value) { #expect(headers([(Self.messageSource, shape)]).messageSource == source) }
    }

    @Test func aGarbledSourceIsRefusedNotSkipped() {
        for value in [[], [0xFF], [0xA1, 0x20, 0x54]] as [[UInt8]] {
            let read = headers([(Self.messageSource, value)])
            #expect(read.messageSource == .absent)
            #expect(read.refusal?.reason == .badHeader)
        }
    }

    @Test func generationIDsOf1To128Bytes() {
        #expect(generationID(headers([(Self.generationID, String(repeating: "7", count: 128))]))?.utf8.count == 128)
        for value in [[], [0xC3], Array(repeating: 0x37, count: 129)] as [[UInt8]] {
            #expect(headers([(Self.generationID, value)]).refusal?.reason == .badHeader)
        }
    }

    @Test func repeatedHeadersMustAgree() {
        let values: [(String, String, String)] = [
            (Self.deviceID, "meter-1", "meter-2"), (Self.deviceID, "meter-1", "meter-10"),
            (Self.generationID, "1", "2"),
            (Self.enqueuedTime, "1757506202000", "1757506202001"),
            (Self.messageSource, "Telemetry", "twinChangeEvents"),
        ]
        for (name, first, second) in values {
            #expect(headers([(name, first), (name, first)]).refusal == nil)
            for shape in amqp(first) { #expect(headers([(name, Array(first.utf8)), (name, shape)]).refusal == nil) }
            #expect(headers([(name, first), (name, second)]).refusal?.reason == .badHeader)
            #expect(headers([(name, second), (name, first)]).refusal?.reason == .badHeader)
        }
        #expect(
            headers([(Self.enqueuedTime, "1757506202000"), (Self.enqueuedTime, "2025-09-10T14:10:02+02:00")]).refusal
                == nil
        )
    }

    @Test func otherHeadersAreIgnored() {
        let read = headers([
            ("iothub-connection-device-ix", "meter-1"), ("IoTHub-Connection-Device-Id", "meter-1"), ("", ""),
            ("x-opt-offset", "1"),
            ("iothub-enqueuedtimf", "?"), ("iothub-message-sourcf", ""), ("iothub-connection-auth-generation-ie", ""),
        ])
        #expect(read.refusal == nil)
        #expect(deviceID(read) == nil)
        #expect(read.messageSource == .absent)
    }

    @Test func reuseForgetsEverything() {
        var read = headers([
            (Self.deviceID, "meter-0001"), (Self.generationID, "1"), (Self.enqueuedTime, "1757506202000"),
            (Self.messageSource, "other"),
            (Self.deviceID, "meter-0002"),
        ])
        read.removeAll()
        #expect(read.refusal == nil)
        #expect(deviceID(read) == nil)
        #expect(generationID(read) == nil)
        #expect(read.enqueuedTime == nil)
        #expect(read.messageSource == .absent)
        read.read(name: Array(Self.deviceID.utf8).span, value: Array("m".utf8).span)
        #expect(deviceID(read) == "m")
    }
}
