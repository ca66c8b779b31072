import MeterReadings
import Testing

/// Telemetry v1, case by case.
struct RecordDecoderTests {
    private static let instant: Int64 = 1_774_746_900_000_000  // 2026-03-29T01:15:00Z

    /// The readings of a body; fails if the record is refused.
    private func readings(_ body: String, deviceID: String? = "meter-0001") throws -> [DecodedReading] {
        var decoder = RecordDecoder()
        if let refusal = decode(body, &decoder, deviceID: deviceID) { throw refusal }
        return (0..<decoder.count).map { decoder[$0] }
    }

    private func decode(
        _ body: String,
        _ decoder: inout RecordDecoder,
        as profile: DeviceProfile = .init(),
        deviceID: String? = "meter-0001"
    ) -> Refusal? {
        let bytes = Array(body.utf8)
        guard let deviceID else { return decoder.decode(bytes.span, as: profile, deviceID: nil, enqueuedAt: nil) }
        return decoder.decode(bytes.span, as: profile, deviceID: Array(deviceID.utf8).span, enqueuedAt: nil)
    }

    /// Why a record is refused.
    private func refusal(_ body: String, as profile: DeviceProfile = .init(), deviceID: String? = "meter-0001")
        -> Refusal?
    {
        var decoder = RecordDecoder()
        let refusal = decode(body, &decoder, as: profile, deviceID: deviceID)
        if refusal != nil { #expect(decoder.count == 0) }
        return refusal
    }

    /// The one reading with these members.
    private func reading(_ members: String) throws -> DecodedReading {
        let decoded = try readings("{\"v\":1,\"t\":\"2026-03-29T01:15:00Z\",\(members)}")
        try #require(decoded.count == 1)
        return decoded[0]
    }

    @Test func theDocumentedExample() throws {
        let decoded = try readings(
            #"""
            {"v":1,"device":"meter-0001","seq":18234,"boot":7,
             "readings":[
              {"t":"2026-03-29T01:15:00Z","import_wh":2714128,"export_wh":1206,"q":"M"},
              {"t":1774748700000,"import_kwh":"002714.190"}]}
            """#
        )
        #expect(
            decoded == [
                .init(reading: .init(measuredAt: Self.instant, importWh: 2_714_128, exportWh: 1206)),
                .init(reading: .init(measuredAt: 1_774_748_700_000_000, importWh: 2_714_190, exportWh: nil)),
            ]
        )
    }

    @Test func membersInAnyOrder() throws {
        let decoded = try readings(
            #"{"q":"E","export_wh":7,"readings":null,"t":1774746900000,"v":1,"device":"meter-0001"}"#
        )
        #expect(
            decoded == [
                .init(reading: .init(measuredAt: Self.instant, importWh: nil, exportWh: 7, quality: .estimated))
            ]
        )
    }

    @Test func anArrayOfMessages() throws {
        let message = #"{"v":1,"t":1,"import_wh":1}"#
        let batch = #"{"v":1,"readings":[{"t":2,"import_wh":2},{"t":3,"import_wh":3}]}"#
        #expect(try readings("[\(message),\(batch)]").map(\.reading.importWh) == [1, 2, 3])
        #expect(refusal("[]")?.reason == .badSchema)
        #expect(refusal("[\(message),1]")?.reason == .badSchema)
        #expect(refusal("[\(message),[\(message)]]")?.reason == .badSchema)
        // Each message says its version.
        #expect(refusal(#"[\#(message),{"t":2,"import_wh":2}]"#)?.reason == .badSchema)
    }

    @Test(arguments: [
        (#""import_wh":0"#, 0), (#""import_wh":1000000000000"#, 1_000_000_000_000),
        (#""import_wh":2714128.0"#, 2_714_128),
        (#""import_wh":1e3"#, 1000), (#""import_wh":-0"#, 0), (#""import_kwh":2714.128"#, 2_714_128),
        (#""import_kwh":"2714.128""#, 2_714_128),
        (#""import_kwh":"002714.12830185""#, 2_714_128),
        (#""import_kwh":2714.1289999999999999999999999999"#, 2_714_128),
        (#""import_kwh":1e9"#, 1_000_000_000_000), (#""import_kwh":1000000000.0009"#, 1_000_000_000_000),
        (#""import_kwh":"0""#, 0),
        (#""import_kwh":0.0009999"#, 0), (#""import_kwh":1e-400"#, 0), (#""import_kwh":"1.5E1""#, 15_000),
        (#""import_kwh":0.3"#, 300),
        (#""import_kwh":1594.842"#, 1_594_842), (#""import_t":[739591,855251]"#, 1_594_842), (#""import_t":[5]"#, 5),
        (#""import_t":[1000000000000,0]"#, 1_000_000_000_000),
        (#""import_wh":null,"import_kwh":1,"import_t":null"#, 1000),
        (#""\u0069mport_wh":12"#, 12), (#""import_kwh":"1\u0032""#, 12_000),
    ]) func registers(_ members: String, _ energy: Int64) throws {
        let imported = try reading(members)
        #expect(imported.refusal == nil)
        #expect(imported.reading == .init(measuredAt: Self.instant, importWh: energy, exportWh: nil))
        let members = members.replacing("import", with: "export").replacing(#"\u0069mport"#, with: #"\u0065xport"#)
        let exported = try reading(members)
        #expect(exported.refusal == nil)
        #expect(exported.reading == .init(measuredAt: Self.instant, importWh: nil, exportWh: energy))
    }

    @Test(
        arguments: [
            (#""import_wh":-5"#, .negativeValue, "import_wh"), (#""import_wh":-0.1"#, .negativeValue, "import_wh"),
            (#""import_kwh":-0.0004"#, .negativeValue, "import_kwh"),
            (#""import_kwh":"-1""#, .negativeValue, "import_kwh"),
            (#""import_kwh":-1e-400"#, .negativeValue, "import_kwh"),
            (#""export_t":[5,-5]"#, .negativeValue, "export_t"),
            (#""export_wh":1000000000001"#, .outOfRange, "export_wh"),
            (#""import_wh":1e400"#, .outOfRange, "import_wh"),
            (#""import_wh":18446744073709551616"#, .outOfRange, "import_wh"),
            (#""import_kwh":1e99999999999"#, .outOfRange, "import_kwh"),
            (#""import_kwh":"1000000000.001""#, .outOfRange, "import_kwh"),
            (#""import_t":[1000000000000,1]"#, .outOfRange, "import_t"),
            (#""import_wh":0.5"#, .badSchema, "import_wh"), (#""import_wh":"5""#, .badSchema, "import_wh"),
            (#""import_wh":true"#, .badSchema, "import_wh"),
            (#""import_wh":[5]"#, .badSchema, "import_wh"), (#""import_kwh":"""#, .badSchema, "import_kwh"),
            (#""import_kwh":"1,5""#, .badSchema, "import_kwh"),
            (#""import_kwh":" 1""#, .badSchema, "import_kwh"), (#""import_kwh":"+1""#, .badSchema, "import_kwh"),
            (#""import_kwh":"1 kWh""#, .badSchema, "import_kwh"),
            (#""import_kwh":"NaN""#, .badSchema, "import_kwh"), (#""import_kwh":"0x10""#, .badSchema, "import_kwh"),
            (#""import_kwh":{}"#, .badSchema, "import_kwh"),
            (#""import_t":[]"#, .badSchema, "import_t"), (#""import_t":5"#, .badSchema, "import_t"),
            (#""import_t":[null]"#, .badSchema, "import_t"),
            (#""import_t":[1,"2"]"#, .badSchema, "import_t"), (#""import_t":[[1]]"#, .badSchema, "import_t"),
            (#""import_t":[0.5]"#, .badSchema, "import_t"),
            (#""import_wh":1,"import_kwh":1"#, .badSchema, "import_kwh"),
            (#""export_t":[1],"export_wh":1"#, .badSchema, "export_wh"),
            (#""q":"M""#, .badSchema, ""), (#""import_wh":null"#, .badSchema, ""),
            (#""import_wh":1,"q":"m""#, .badSchema, "q"),
            (#""import_wh":1,"q":"""#, .badSchema, "q"), (#""import_wh":1,"q":"MM""#, .badSchema, "q"),
            (#""import_wh":1,"q":77"#, .badSchema, "q"),
        ] as [(String, RefusalReason, String)]
    )
    func readingsRefusedAlone(_ members: String, _ reason: RefusalReason, _ field: String) throws {
        let inline = try #require(try reading(members).refusal)
        #expect(inline.reason == reason)
        #expect("\(inline.field)" == field)
        // Among good ones, it falls alone.
        let good = #"{"t":1,"import_wh":1}"#
        let decoded = try readings(#"{"v":1,"readings":[\#(good),{"t":2,\#(members)},\#(good)]}"#)
        #expect(decoded.map(\.refusal?.reason) == [nil, reason, nil])
    }

    @Test(arguments: [
        ("\"2026-03-29T01:15:00Z\"", instant), ("\"2026-03-29T03:15:00.0000009+02:00\"", instant),
        ("1774746900000", instant),
        ("1774746900000.0", instant), ("1.7747469e12", instant), ("0", 0), ("-1", -1000),
        ("253402300799999", 253_402_300_799_999_000),
        ("-62167219200000", -62_167_219_200_000_000), ("\"2026-03-29T01:\\u00315:00Z\"", instant),
    ]) func times(_ time: String, _ measuredAt: Int64) throws {
        let decoded = try readings(#"{"v":1,"t":\#(time),"import_wh":1}"#)
        #expect(decoded == [.init(reading: .init(measuredAt: measuredAt, importWh: 1, exportWh: nil))])
    }

    @Test(
        arguments: [
            ("\"2026-03-29T01:15:00\"", .timeNoZone), ("\"2026-03-29\"", .badSchema), ("\"1774746900000\"", .badSchema),
            ("\"\"", .badSchema),
            ("\"2016-12-31T23:59:60Z\"", .badSchema), ("\"2026-02-30T00:00:00Z\"", .badSchema), ("0.5", .badSchema),
            ("true", .badSchema),
            ("{}", .badSchema), ("[1]", .badSchema), ("null", .badSchema), ("253402300800000", .outOfRange),
            ("-62167219200001", .outOfRange),
            ("1e30", .outOfRange), ("9223372036854775808", .outOfRange),
        ] as [(String, RefusalReason)]
    )
    func timesRefused(_ time: String, _ reason: RefusalReason) throws {
        let decoded = try readings(#"{"v":1,"t":\#(time),"import_wh":1}"#)
        #expect(decoded.map(\.refusal?.reason) == [reason])
        #expect(decoded.map { $0.refusal.map { "\($0.field)" } } == ["t"])
    }

    @Test(arguments: ReadingQuality.allCases)
    func qualities(_ quality: ReadingQuality) throws {
        let letter = String(Unicode.Scalar(quality.rawValue))
        #expect(try reading("\"import_wh\":1,\"q\":\"\(letter)\"").reading.quality == quality)
    }

    @Test(
        arguments: [
            // The message is not telemetry v1.
            ("1", .badSchema), ("null", .badSchema), ("\"{}\"", .badSchema), ("{}", .badSchema),
            (#"{"t":1,"import_wh":1}"#, .badSchema),
            (#"{"v":1}"#, .badSchema), (#"{"v":2,"t":1,"import_wh":1}"#, .badSchema),
            (#"{"v":"1","t":1,"import_wh":1}"#, .badSchema),
            (#"{"v":null,"t":1,"import_wh":1}"#, .badSchema), (#"{"v":-1,"t":1,"import_wh":1}"#, .badSchema),
            (#"{"v":1.5,"t":1,"import_wh":1}"#, .badSchema), (#"{"v":1,"readings":{}}"#, .badSchema),
            (#"{"v":1,"readings":[]}"#, .badSchema),
            (#"{"v":1,"readings":null}"#, .badSchema),
            (#"{"v":1,"t":1,"import_wh":1,"readings":[{"t":2,"import_wh":2}]}"#, .badSchema),
            (#"{"v":1,"q":"M","readings":[{"t":2,"import_wh":2}]}"#, .badSchema),
            (#"{"v":1,"seq":-1,"t":1,"import_wh":1}"#, .badSchema),
            (#"{"v":1,"seq":18446744073709551616,"t":1,"import_wh":1}"#, .badSchema),
            (#"{"v":1,"boot":"7","t":1,"import_wh":1}"#, .badSchema),
            (#"{"v":1,"boot":0.5,"t":1,"import_wh":1}"#, .badSchema),
            (#"{"v":1,"device":5,"t":1,"import_wh":1}"#, .badSchema),
            (#"{"v":1,"kind":"registers","t":1,"import_wh":1}"#, .badSchema),
            (#"{"v":1,"kind":1,"t":1,"import_wh":1}"#, .badSchema),
            // Another device, or another kind.
            (#"{"v":1,"device":"meter-0002","t":1,"import_wh":1}"#, .deviceMismatch),
            (#"{"v":1,"device":"Meter-0001","t":1,"import_wh":1}"#, .deviceMismatch),
            (#"{"v":1,"device":"","t":1,"import_wh":1}"#, .deviceMismatch),
            (#"[{"v":1,"t":1,"import_wh":1},{"v":1,"device":"x","t":1,"import_wh":1}]"#, .deviceMismatch),
            (#"{"v":1,"kind":"interval","interval_s":900,"t":1,"import_wh":1}"#, .wrongKind),
            (#"{"v":1,"t":1,"import_wh":1,"interval_s":900}"#, .wrongKind),
            // The JSON is not sound.
            ("", .badJSON), (" ", .badJSON), ("\u{FEFF}{}", .badJSON), (#"{"v":1,"t":1,"import_wh":1}x"#, .badJSON),
            (#"{"v":1,"t":1,"import_wh":1} {}"#, .badJSON),
            (#"{"v":1,"t":1,"import_wh":01}"#, .badJSON), (#"{"v":1,"t":1,"import_wh":NaN}"#, .badJSON),
            (#"{"v":1,"t":1,"import_wh":+1}"#, .badJSON),
            (#"{"v":1,"v":1,"t":1,"import_wh":1}"#, .badJSON), (#"{"v":1,"\u0076":1,"t":1,"import_wh":1}"#, .badJSON),
            (#"{"v":1,"t":1,"import_wh":1,"import_wh":null}"#, .badJSON),
            (#"{"v":1,"readings":[{"t":1,"t":2,"import_wh":1}]}"#, .badJSON),
            (#"{"v":1,"t":1,"import_wh":1,"q":"\ud800"}"#, .badJSON),
            (#"{"v":1,"device":"\udc00","t":1,"import_wh":1}"#, .badJSON),
            (#"{"v":1,"t":1,"import_wh":1,"x":[tru]}"#, .badJSON),
            (#"{"v":9,"device":"x","t":"no","import_wh":-1,}"#, .badJSON),
        ] as [(String, RefusalReason)]
    )
    func recordsRefused(_ body: String, _ reason: RefusalReason) {
        #expect(refusal(body)?.reason == reason)
    }

    @Test func unknownMembersArePassedOver() throws {
        let decoded = try readings(
            #"""
            {"extra":{"a":[1,{"v":2}],"v":3},"v":1,"V":2,"extra":"\ud800","\ud800":1,
             "readings":[{"t":1,"import_wh":1,"v":9,"device":"other","device":[],"seq":-1,"unit":"m³"}]}
            """#
        )
        #expect(decoded == [.init(reading: .init(measuredAt: 1000, importWh: 1, exportWh: nil))])
    }

    @Test func depthCountsTheMessageItself() {
        func body(_ levels: Int) -> String {
            #"{"v":1,"t":1,"import_wh":1,"x":"# + String(repeating: "[", count: levels)
                + String(repeating: "]", count: levels) + "}"
        }
        #expect(refusal(body(63)) == nil)
        #expect(refusal(body(64))?.reason == .badJSON)
        #expect(refusal("[" + body(63) + "]")?.reason == .badJSON)
        #expect(refusal(String(repeating: "[", count: 1_000_000))?.reason == .badJSON)
        #expect(
            refusal(#"{"v":1,"readings":["# + String(repeating: #"{"readings":["#, count: 80_000))?.reason == .badJSON
        )
    }

    @Test func limits() {
        func body(_ count: Int) -> String {
            #"{"v":1,"readings":["# + (1...count).map { #"{"t":\#($0),"import_wh":1}"# }.joined(separator: ",") + "]}"
        }
        var decoder = RecordDecoder()
        #expect(decode(body(1000), &decoder) == nil)
        #expect(decoder.count == 1000)
        #expect(decode(body(1001), &decoder)?.reason == .tooLarge)
        #expect(decoder.count == 0)
        #expect(decode("[\(body(500)),\(body(501))]", &decoder)?.reason == .tooLarge)
        // Sound JSON comes first.
        #expect(decode(body(1001) + "x", &decoder)?.reason == .badJSON)
        let message = #"{"v":1,"t":1,"import_wh":1}"#
        let padded = message + String(repeating: " ", count: (1 << 20) - message.utf8.count)
        #expect(decode(padded, &decoder) == nil)
        #expect(decode(padded + " ", &decoder)?.reason == .tooLarge)
        var small = RecordDecoder(limits: .init(maxBytes: message.utf8.count, maxReadings: 1))
        #expect(decode(message, &small) == nil)
        #expect(decode(message + " ", &small)?.reason == .tooLarge)
    }

    @Test func theKindOfOneReading() throws {
        let decoded = try readings(
            #"""
            {"v":1,"kind":"register","readings":[{"t":1,"import_wh":1,"kind":"interval"},{"t":2,"import_wh":2,"interval_s":900},
             {"t":3,"import_wh":3,"kind":"register"},{"t":4,"import_wh":4,"kind":"x"}]}
            """#
        )
        #expect(decoded.map(\.refusal?.reason) == [.wrongKind, .wrongKind, nil, .badSchema])
    }

    @Test func devicesOfIntervalsTakeNoRegisters() {
        let profile = DeviceProfile(kind: .interval)
        #expect(refusal(#"{"v":1,"t":1,"import_wh":1}"#, as: profile)?.reason == .wrongKind)
    }

    @Test func theBodyMaySayWhoItIs() {
        var decoder = RecordDecoder()
        func name() -> [UInt8]? {
            decoder.withBodyDeviceID { span in
                var bytes: [UInt8] = []
                for index in span.indices { bytes.append(span[index]) }
                return bytes
            }
        }
        let longest = String(repeating: "m", count: 128)
        #expect(decode(#"{"v":1,"device":"\#(longest)","t":1,"import_wh":1}"#, &decoder, deviceID: nil) == nil)
        #expect(name() == Array(longest.utf8))
        #expect(decode(#"{"v":1,"device":"\u006d","t":1,"import_wh":1}"#, &decoder, deviceID: nil) == nil)
        #expect(name() == [0x6D])
        #expect(decode(#"{"v":1,"device":null,"t":1,"import_wh":1}"#, &decoder, deviceID: nil) == nil)
        #expect(name() == nil)
        for device in ["", "a b", "\\u0000", longest + "m", "é"] {
            #expect(refusal(#"{"v":1,"device":"\#(device)","t":1,"import_wh":1}"#, deviceID: nil)?.reason == .badSchema)
        }
        let two = #"[{"v":1,"device":"a","t":1,"import_wh":1},{"v":1,"device":"b","t":1,"import_wh":1}]"#
        #expect(refusal(two, deviceID: nil)?.reason == .deviceMismatch)
    }

    @Test func refusalsSayWhereButNotWhat() throws {
        let body = #"{"v":1,"t":"2026-03-29T01:15:00","import_wh":-271828}"#
        let refusal = try #require(try readings(body).first?.refusal)
        #expect(refusal.byteOffset == 11)
        #expect(
            refusal.sentence == "t: the time does not say its zone; end it with Z or an offset such as +02:00 (byte 11)"
        )
        let other = try #require(self.refusal(#"{"v":1,"device":"secret-device","t":1,"import_wh":271828}"#))
        #expect(other.sentence == "device: the record comes from another device (byte 16)")
        #expect(self.refusal(#"{"v":1,"t":1,"import_wh":271828"#)?.byteOffset == 31)
        #expect(self.refusal("{\"v\":1,\"x\":\"\u{1}\"}")?.byteOffset == 12)
    }

    @Test func reuseForgetsTheLastRecord() throws {
        var decoder = RecordDecoder()
        #expect(
            decode(#"{"v":1,"device":"meter-0001","readings":[{"t":1,"import_wh":1},{"t":2,"import_wh":2}]}"#, &decoder)
                == nil
        )
        #expect(decoder.count == 2)
        #expect(decode("{", &decoder) != nil)
        #expect(decoder.count == 0)
        #expect(decoder.withBodyDeviceID { $0.count } == nil)
        #expect(decode(#"{"v":1,"t":3,"import_wh":3}"#, &decoder) == nil)
        #expect(decoder[0].reading.importWh == 3)
    }

    @Test func headersAndBodyMeetWithoutCopies() {
        var headers = HubHeaders()
        headers.read(name: Array("iothub-connection-device-id".utf8).span, value: Array("meter-0001".utf8).span)
        var decoder = RecordDecoder()
        let body = Array(#"{"v":1,"device":"meter-0001","t":1,"import_wh":1}"#.utf8)
        let span = body.span
        let refusal = headers.withDeviceID { decoder.decode(span, as: .init(), deviceID: $0, enqueuedAt: nil) }
        #expect(refusal == .some(nil))
        #expect(decoder.count == 1)
    }
}
