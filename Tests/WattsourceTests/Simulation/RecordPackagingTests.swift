import FoundationEssentials
import KafkaSource
import Testing

@testable import wattsource

@Suite struct RecordPackagingTests {
    private static let time: Int64 = 1_757_506_202_000_000
    private static let body = Array(#"{"v":1}"#.utf8)

    private func record(_ packaging: RecordPackaging, _ format: PayloadFormat = .v1, _ body: [UInt8] = body)
        -> SimulatedRecord
    {
        packaging.record(device: "meter-0001", body: body, format, enqueuedAt: Self.time)
    }

    @Test func headersAreText() {
        let record = record(RecordPackaging())
        #expect(record.key == nil)
        #expect(record.value == Self.body)
        #expect(
            record.headers == [
                KafkaHeader("iothub-connection-device-id", "meter-0001"),
                KafkaHeader("iothub-enqueuedtime", "2025-09-10T12:10:02Z"),
                KafkaHeader("iothub-message-source", "Telemetry"),
                KafkaHeader("content-type", "application/json"),
                KafkaHeader("content-encoding", "utf-8"),
            ]
        )
    }

    /// The type bytes of AMQP 1.0, part 1, section 1.6.
    @Test func headersAreEncodedByAMQP() {
        let headers = record(RecordPackaging(transport: .amqp)).headers
        #expect(headers[0].value == [0xA1, 10] + Array("meter-0001".utf8))
        #expect(
            headers.contains(KafkaHeader("iothub-enqueuedtime", bytes: [0x83, 0, 0, 1, 0x99, 0x33, 0x88, 0x69, 0x90]))
        )
        #expect(headers.contains(KafkaHeader("content-type", "application/json")))
        #expect(AMQPValue.text(String(repeating: "x", count: 300)).prefix(5) == [0xB1, 0, 0, 1, 44])
    }

    @Test(
        arguments: [
            (.base64, .v1, #""Body":"eyJ2IjoxfQ=="}"#), (.object, .v1, #""Body":{"v":1}}"#),
            (.text, .v1, #""Body":"{\"v\":1}"}"#), (.object, .dsmr, #""Body":"eyJ2IjoxfQ=="}"#),
        ] as [(EnvelopeBody, PayloadFormat, String)]
    )
    func envelopesHoldTheBody(_ form: EnvelopeBody, _ format: PayloadFormat, _ end: String) {
        let record = record(RecordPackaging(transport: .envelope, envelopeBody: form), format)
        let text = String(decoding: record.value, as: UTF8.self)
        #expect(record.headers.isEmpty)
        #expect(text.hasPrefix(#"{"EnqueuedTimeUtc":"2025-09-10T12:10:02.0000000Z","Properties":{},"#))
        #expect(text.contains(#""SystemProperties":{"connectionDeviceId":"meter-0001","#))
        #expect(text.hasSuffix(end), "\(text)")
    }

    @Test func aKeyIsEnough() {
        #expect(
            record(RecordPackaging(transport: .plain))
                == SimulatedRecord(key: Array("meter-0001".utf8), value: Self.body, headers: [])
        )
    }

    @Test func compressedBodiesSaySo() {
        let record = record(RecordPackaging(gzip: true))
        #expect(record.headers.last == KafkaHeader("content-encoding", "gzip"))
        #expect(record.value.prefix(3) == [0x1F, 0x8B, 8])
        #expect(GzipWriter.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
    }
}
