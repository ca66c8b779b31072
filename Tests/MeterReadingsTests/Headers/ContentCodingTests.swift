import Testing

@testable import MeterReadings

/// `content-encoding`, and the headers that decide nothing.
struct ContentCodingTests {
    private func headers(_ list: [(String, [UInt8])]) -> HubHeaders {
        var headers = HubHeaders()
        for (name, value) in list { headers.read(name: Array(name.utf8).span, value: value.span) }
        return headers
    }

    @Test(arguments: [
        ("", ContentCoding.none), ("identity", .none), ("utf-8", .none), ("UTF-8", .none), ("utf8", .none),
        ("us-ascii", .none), ("gzip", .gzip), ("GZip", .gzip), ("x-gzip", .gzip), ("deflate", .deflate),
        ("br", .unknown), ("zstd", .unknown), ("utf-16", .unknown), ("gzip, gzip", .unknown), (" gzip", .unknown),
        ("gzip\u{0}", .unknown), ("@zip", .unknown),
    ]) func names(_ name: String, _ coding: ContentCoding) {
        let bytes = Array(name.utf8)
        #expect(headers([("content-encoding", bytes)]).contentCoding == coding)
        let amqp = [0xA1, UInt8(bytes.count)] + bytes
        #expect(headers([("content-encoding", amqp)]).contentCoding == coding)
        #expect(headers([("content-encoding", amqp), ("content-encoding", bytes)]).contentCoding == coding)
    }

    @Test func onlyTheBodyFallsWithIt() {
        for value in [[0xFF], [0xA1, 9, 0x67]] as [[UInt8]] {
            let read = headers([("content-encoding", value)])
            #expect(read.contentCoding == .unknown)
            #expect(read.refusal == nil)
            #expect(!read.hasHubHeader)
        }
        let twice = headers([("content-encoding", Array("utf-8".utf8)), ("content-encoding", Array("gzip".utf8))])
        #expect(twice.contentCoding == .unknown)
        #expect(twice.refusal == nil)
    }

    @Test func reuseForgetsTheCoding() {
        var read = headers([("content-encoding", Array("gzip".utf8)), ("iothub-enqueuedtime", [0xFF])])
        #expect(read.hasHubHeader)
        read.removeAll()
        #expect(read.contentCoding == .none)
        #expect(!read.hasHubHeader)
        read.read(name: Array("content-encoding".utf8).span, value: Array("deflate".utf8).span)
        #expect(read.contentCoding == .deflate)
    }

    @Test func headersThatDecideNothingNeverRefuse() {
        let names = [
            "iothub-connection-module-id", "iothub-connection-auth-method", "iothub-creation-time-utc",
            "iothub-app-iothub-creation-time-utc", "message-id", "correlation-id", "user-id", "content-type",
            "dt-dataschema", "dt-subject", "x-opt-sequence-number", "x-opt-offset", "x-opt-enqueued-time",
            "x-opt-partition-key", "hubName", "deviceId", "opType", "iothub-message-schema", "",
        ]
        for value in [[], [0xFF, 0xFE], [0xA1, 200, 1], [0x83, 0], [0x40], Array("meter-0002".utf8)] as [[UInt8]] {
            let read = headers(
                [("iothub-connection-device-id", Array("meter-0001".utf8))] + names.map { ($0, value) }
            )
            #expect(read.refusal == nil)
            #expect(read.messageSource == .absent)
            #expect(read.enqueuedTime == nil)
            #expect(read.contentCoding == .none)
            #expect(read.withDeviceID { $0.count } == 10)
        }
    }
}
