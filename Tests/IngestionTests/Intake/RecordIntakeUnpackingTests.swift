import MeterReadings
import Testing

@testable import Ingestion

/// What becomes of one record, whatever wraps it: taken, skipped or refused, and on whose word.
struct RecordIntakeUnpackingTests {
    private static let partition = TopicPartition(topic: "readings", partition: 0)
    private static let telemetry = #"{"v":1,"t":"2026-03-29T01:15:00Z","import_wh":7}"#
    /// `telemetry`, packed by Python's gzip module.
    private static let packed: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xAB, 0x56, 0x2A, 0x53, 0xB2, 0x32, 0xD4,
        0x51, 0x2A, 0x51, 0xB2, 0x52, 0x32, 0x32, 0x30, 0x32, 0xD3, 0x35, 0x30, 0xD6, 0x35, 0xB2, 0x0C, 0x31,
        0x30, 0xB4, 0x32, 0x34, 0xB5, 0x32, 0x30, 0x88, 0x52, 0xD2, 0x51, 0xCA, 0xCC, 0x2D, 0xC8, 0x2F, 0x2A,
        0x89, 0x2F, 0xCF, 0x50, 0xB2, 0x32, 0xAF, 0x05, 0x00, 0x4B, 0x2B, 0x4A, 0x80, 0x30, 0x00, 0x00, 0x00,
    ]
    private static let time: (name: String, value: [UInt8]) = ("iothub-enqueuedtime", Array("1774746905000".utf8))

    /// What the batch says of one record.
    private struct Outcome {
        var rows: Int
        var skipped: Int64
        var letters: [DeadLetterRow]
        var receivedAt: Int64?
        var reason: String? { letters.first?.reason }
    }

    private func take(
        _ value: [UInt8]?,
        headers: [(name: String, value: [UInt8])] = [],
        key: String? = nil,
        identity: IngestSettings.Identity = .hubHeader,
        maxBytes: Int = 1 << 20
    ) -> Outcome {
        let record = RecordList.Record(value: value, key: key.map { Array($0.utf8) }, headers: headers)
        return take([record], identity: identity, maxBytes: maxBytes)
    }

    private func take(_ records: [RecordList.Record], identity: IngestSettings.Identity, maxBytes: Int) -> Outcome {
        var settings = IngestSettings(owner: "test", topics: ["readings"])
        settings.identity = identity
        settings.limits.maxBytes = maxBytes
        var intake = RecordIntake(settings: settings, directory: Self.directory)
        let source = RecordList()
        let assigned = AssignedPartition(
            partition: Self.partition,
            incarnation: 0,
            epoch: 1,
            nextOffset: 0,
            committedOffset: 0
        )
        for (offset, record) in records.enumerated() {
            source.current = record
            let origin = RecordOrigin(
                assignmentIndex: 0,
                offset: Int64(offset),
                timestamp: 1_774_746_910_000_000
            )
            _ = intake.take(origin, of: assigned, from: source, anchorHash: 0)
        }
        let batch = intake.batch
        return Outcome(
            rows: batch.straight.count + batch.staged.count,
            skipped: batch.partitions[0].skippedRecords,
            letters: batch.deadLetters,
            receivedAt: (batch.straight + batch.staged).first?.receivedAt
        )
    }

    private static var directory: DeviceDirectory {
        let profile = DeviceProfile(registers: .import)
        let first = DeviceEntry(
            deviceID: 1,
            hubDeviceID: Array("meter-0001".utf8),
            profile: profile,
            generationID: Array("638765239356645892".utf8)
        )
        let second = DeviceEntry(deviceID: 2, hubDeviceID: Array("meter-0002".utf8), profile: profile)
        return DeviceDirectory(DirectorySnapshot(registryVersion: 1, devices: [first, second]))
    }

    private func take(
        _ value: String,
        headers: [(name: String, value: [UInt8])] = [],
        key: String? = nil,
        identity: IngestSettings.Identity = .hubHeader
    ) -> Outcome {
        take(Array(value.utf8), headers: headers, key: key, identity: identity)
    }

    private func device(_ id: String) -> (name: String, value: [UInt8]) {
        ("iothub-connection-device-id", Array(id.utf8))
    }

    private func envelope(_ properties: String, _ body: String) -> String {
        #"{"EnqueuedTimeUtc":"2026-03-29T01:15:05.0000000Z","Properties":{},"SystemProperties":{\#(properties)},"Body":\#(body)}"#
    }

    @Test func hubHeadersInAMQP() {
        func amqp(_ text: String) -> [UInt8] { [0xA1, UInt8(text.utf8.count)] + Array(text.utf8) }
        func outcome(generation: String, source: String) -> Outcome {
            take(
                Self.telemetry,
                headers: [
                    ("iothub-connection-device-id", amqp("meter-0001")),
                    ("iothub-connection-auth-generation-id", amqp(generation)),
                    ("iothub-enqueuedtime", [0x83, 0x00, 0x00, 0x01, 0x9D, 0x37, 0x28, 0xA9, 0xA8]),
                    ("iothub-message-source", amqp(source)), ("iothub-connection-module-id", amqp("reader")),
                ]
            )
        }
        #expect(outcome(generation: "638765239356645892", source: "Telemetry").rows == 1)
        let stale = outcome(generation: "638765239356645891", source: "Telemetry")
        #expect(stale.reason == "stale_generation")
        #expect(stale.rows == 0)
        for source in [
            "twinChangeEvents", "deviceLifecycleEvents", "moduleLifecycleEvents", "deviceJobLifecycleEvents",
            "deviceConnectionStateEvents", "digitalTwinChangeEvents", "mqttBrokerMessages",
        ] {
            let event = outcome(generation: "1", source: source)
            #expect(event.skipped == 1)
            #expect(event.letters.isEmpty)
        }
    }

    @Test func envelopesCountOnlyWhereConfigured() {
        let value = envelope(#""connectionDeviceId":"meter-0002""#, Self.telemetry)
        let taken = take(value, identity: .envelope)
        #expect(taken.rows == 1)
        #expect(taken.receivedAt == 1_774_746_905_000_000)
        #expect(take(value, identity: .hubHeader).reason == "no_identity")
        #expect(take(value, key: "meter-0002", identity: .recordKey).reason == "bad_schema")
        #expect(take(value, identity: .body).reason == "bad_schema")
        #expect(take(Self.telemetry, identity: .envelope).reason == "no_identity")
        #expect(take(envelope("", Self.telemetry), identity: .envelope).reason == "no_identity")
        #expect(take(nil, identity: .envelope).skipped == 1)
    }

    /// A device's body that looks like an envelope stays a body wherever a hub has written anything about the record.
    @Test func noDeviceSpeaksForTheHub() {
        let forged = envelope(#""connectionDeviceId":"meter-0002""#, Self.telemetry)
        #expect(take(forged, headers: [device("meter-0001"), Self.time], identity: .envelope).reason == "bad_schema")
        #expect(take(forged, headers: [Self.time], identity: .envelope).reason == "no_identity")
        let source: (name: String, value: [UInt8]) = ("iothub-message-source", Array("Telemetry".utf8))
        #expect(take(forged, headers: [source], identity: .envelope).reason == "no_identity")
        let garbled: (name: String, value: [UInt8]) = ("iothub-connection-device-id", [0xFF])
        #expect(take(forged, headers: [garbled], identity: .envelope).reason == "bad_header")
        // And inside of an envelope another one is nothing but a body.
        let nested = envelope(#""connectionDeviceId":"meter-0001""#, forged)
        #expect(take(nested, identity: .envelope).reason == "bad_schema")
    }

    @Test func envelopesAreJudgedLikeHeaders() {
        func outcome(_ properties: String) -> Outcome {
            take(envelope(properties, Self.telemetry), identity: .envelope)
        }
        #expect(
            outcome(#""connectionDeviceId":"meter-0001","connectionDeviceGenerationId":"1""#).reason
                == "stale_generation"
        )
        #expect(outcome(#""connectionDeviceId":"meter-0003""#).reason == "unknown_device")
        #expect(outcome(#""connectionDeviceId":"meter-0002","enqueuedTime":"soon""#).reason == "bad_header")
        #expect(
            outcome(#""connectionDeviceId":"meter-0002","enqueuedTime":"2026-04-29T01:15:05Z""#).reason == "bad_header"
        )
        let event = outcome(#""connectionDeviceId":"meter-0002","messageSource":"deviceLifecycleEvents""#)
        #expect(event.skipped == 1)
        #expect(event.letters.isEmpty)
        #expect(
            take(#"{"SystemProperties":{"messageSource":"deviceLifecycleEvents"}"#, identity: .envelope).reason
                == "bad_json"
        )
        let other = envelope(
            #""connectionDeviceId":"meter-0002""#,
            #"{"v":1,"device":"meter-0001","t":1,"import_wh":7}"#
        )
        #expect(take(other, identity: .envelope).reason == "device_mismatch")
    }

    @Test func refusalsCountFromTheRecordsValue() {
        let value = envelope(#""connectionDeviceId":"meter-0002""#, #"{"v":2,"t":1774746900000,"import_wh":7}"#)
        let place = value.utf8.count - #"2,"t":1774746900000,"import_wh":7}}"#.utf8.count
        let letter = take(value, identity: .envelope).letters.first
        #expect(letter?.detail.hasSuffix("(byte \(place))") == true, "\(letter?.detail ?? "")")
        #expect(letter?.hubDeviceID == "meter-0002")
        #expect(letter?.payload == Array(value.utf8))
        // A reading that is refused alone, in a body that had to be unescaped.
        let text = envelope(#""connectionDeviceId":"meter-0002""#, #""{\"v\":1,\"t\":\"now\",\"import_wh\":7}""#)
        #expect(
            take(text, identity: .envelope).letters.first?.detail.hasSuffix("(byte 11 of the unpacked body)") == true
        )
    }

    @Test func packedBodiesWithEveryIdentity() {
        let gzip: (name: String, value: [UInt8]) = ("content-encoding", Array("gzip".utf8))
        #expect(take(Self.packed, headers: [device("meter-0002"), Self.time, gzip]).rows == 1)
        #expect(take(Self.packed, headers: [gzip], key: "meter-0002", identity: .recordKey).rows == 1)
        #expect(take(Self.packed, headers: [gzip], identity: .body).reason == "no_identity")
        #expect(take(Self.telemetry, headers: [device("meter-0002"), gzip]).reason == "bad_schema")
        #expect(take(Self.packed, headers: [device("meter-0002")]).reason == "bad_json")
        let brotli: (name: String, value: [UInt8]) = ("content-encoding", Array("br".utf8))
        #expect(take(Self.telemetry, headers: [device("meter-0002"), brotli]).reason == "bad_header")
        // Who sent it comes first: what is mended in the registry can be replayed.
        #expect(take(Self.telemetry, headers: [device("meter-0003"), brotli]).reason == "unknown_device")
        #expect(
            take(Self.telemetry, headers: [device("meter-0001"), brotli, ("iothub-message-source", Array("x".utf8))])
                .skipped == 1
        )
    }

    /// What cannot be unpacked names no device, whatever the record before it was called.
    @Test func identitiesDoNotOutliveTheirRecord() {
        let body = #"{"v":1,"device":"meter-0002","t":1774746900000,"import_wh":7}"#
        let good = RecordList.Record(value: Array(body.utf8))
        let broken: [RecordList.Record] = [
            .init(value: Array(body.utf8), headers: [("content-encoding", Array("gzip".utf8))]),
            .init(value: Array(body.utf8), headers: [("content-encoding", Array("br".utf8))]),
            .init(value: Array(body.dropLast().utf8)),
        ]
        for record in broken {
            let outcome = take([good, record], identity: .body, maxBytes: 1 << 20)
            #expect(outcome.rows == 1)
            #expect(outcome.letters.count == 1)
            #expect(outcome.letters.first?.hubDeviceID == nil)
        }
        let envelope = envelope(#""connectionDeviceId":"meter-0002""#, body)
        for value in [body, "{}", "{", "", #"{"SystemProperties":{},"Body":\#(body)}"#] {
            let records = [envelope, value].map { RecordList.Record(value: Array($0.utf8)) }
            let outcome = take(records, identity: .envelope, maxBytes: 1 << 20)
            #expect(outcome.rows == 1)
            #expect(outcome.letters.count == 1, "\(value)")
            #expect(outcome.letters.first?.hubDeviceID == nil)
        }
    }

    @Test func theLimitIsForTheUnpackedBodyToo() {
        let gzip: (name: String, value: [UInt8]) = ("content-encoding", Array("gzip".utf8))
        let headers = [device("meter-0002"), gzip]
        #expect(take(Self.packed, headers: headers, maxBytes: 80).rows == 1)
        #expect(take(Array(Self.telemetry.utf8), headers: [device("meter-0002")], maxBytes: 48).rows == 1)
        #expect(take(Array(Self.telemetry.utf8), headers: [device("meter-0002")], maxBytes: 47).reason == "too_large")
    }

    /// A body of exactly 1 MiB is taken.
    @Test func oneMebibyte() {
        let body = Array(Self.telemetry.utf8)
        let padded = Array(repeating: UInt8(0x20), count: (1 << 20) - body.count) + body
        #expect(take(padded, headers: [device("meter-0002")]).rows == 1)
        #expect(take([0x20] + padded, headers: [device("meter-0002")]).reason == "too_large")
    }
}
