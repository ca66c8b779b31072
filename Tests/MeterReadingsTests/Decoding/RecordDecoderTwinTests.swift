import MeterReadings
import Testing

/// The decoder and its plain twin say the same of any body, sound or not.
struct RecordDecoderTwinTests {
    private static let records = [
        #"{"v":1,"device":"meter-0001","seq":18234,"boot":7,"t":"2026-03-29T01:15:00Z","import_wh":2714128,"export_wh":1206,"q":"M"}"#,
        #"""
        {"v":1,"readings":[
          {"t":"2026-03-29T01:15:00+02:00","import_wh":2714128,"export_wh":1206,"q":"S"},
          {"t":1774748700000,"import_kwh":"002714.19083","export_kwh":1.206e0},{"t":0,"import_t":[1,2,3],"x":{"y":[null,true]}}]}
        """#,
        #"[{"v":1,"t":1,"export_kwh":12.5},{"v":1.0,"kind":"register","t":2,"import_wh":1e3,"note":"\u00e9é\ud83d\ude00"}]"#,
        #"{"\u0076":1,"t":"2026-03-29T01:\u00315:00Z","import_kwh":"1\u00322.5","q":"\u004d","device":"meter\u002d0001"}"#,
    ]

    /// Compares both; a difference is an issue.
    ///
    /// Says what the decoder said.
    @discardableResult
    private func compare(
        _ body: [UInt8],
        hub: String?,
        as profile: DeviceProfile = .init(),
        _ decoder: inout RecordDecoder,
        _ place: SourceLocation = #_sourceLocation
    ) -> RefusalReason? {
        let limit = decoder.limits.maxReadings
        let twin = ReferenceTelemetry(body, hubDeviceID: hub, maxReadings: limit, profile: profile)
        let refusal: Refusal?
        if let hub {
            refusal = decoder.decode(body.span, as: profile, deviceID: Array(hub.utf8).span, enqueuedAt: nil)
        } else {
            refusal = decoder.decode(body.span, as: profile, deviceID: nil, enqueuedAt: nil)
        }
        func differ(_ what: String) {
            Issue.record(
                "\(what): \(String(decoding: body, as: UTF8.self)): \(refusal?.sentence ?? "taken"), twin: \(twin)",
                sourceLocation: place
            )
        }
        guard let refusal else {
            if !twin.faults.isEmpty || twin.readings.count != decoder.count {
                differ("record")
                return nil
            }
            for (index, expected) in twin.readings.enumerated() {
                let actual = decoder[index]
                switch expected {
                case .taken(let reading):
                    if actual.refusal != nil || actual.reading != reading { differ("reading \(index) \(actual)") }
                case .refused(let reasons):
                    guard let refusal = actual.refusal, reasons.contains(refusal.reason) else {
                        differ("reading \(index) \(actual)")
                        continue
                    }
                    if !(0..<body.count).contains(refusal.byteOffset ?? -1) { differ("place") }
                }
            }
            return nil
        }
        if !twin.faults.contains(refusal.reason) || decoder.count != 0 { differ("refusal") }
        if let place = refusal.byteOffset, !(0...body.count).contains(place) { differ("place") }
        return refusal.reason
    }

    @Test func validRecords() {
        var decoder = RecordDecoder()
        for record in Self.records {
            #expect(compare(Array(record.utf8), hub: "meter-0001", &decoder) == nil)
            #expect(compare(Array(record.utf8), hub: nil, &decoder) == nil)
            #expect((0..<decoder.count).allSatisfy { decoder[$0].refusal == nil })
        }
    }

    @Test func everyTruncationIsRefused() {
        var decoder = RecordDecoder()
        for record in Self.records {
            let bytes = Array(record.utf8)
            for count in bytes.indices { #expect(compare(Array(bytes[..<count]), hub: nil, &decoder) == .badJSON) }
        }
    }

    @Test func everyByteOfARecordChanged() {
        var decoder = RecordDecoder()
        let bytes = Array(Self.records[0].utf8)
        for place in bytes.indices {
            // Every byte of ASCII, and the borders of what UTF-8 knows.
            for byte in Array(0...0x80) + [0xBF, 0xC0, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF] as [UInt8]
            {
                var changed = bytes
                changed[place] = byte
                compare(changed, hub: "meter-0001", &decoder)
            }
        }
    }

    @Test func randomMutations() {
        var random = SplitMix(seed: 6)
        var decoder = RecordDecoder()
        let pieces = [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "-", "e", ".", "0", "9", "null", "\u{0}", " ", "\\u", "é",
        ].map { Array($0.utf8) }
        for _ in 0..<20_000 {
            var body = Array((Self.records.randomElement(using: &random) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let start = Int.random(in: 0...body.count, using: &random)
                let end = min(body.count, start + Int.random(in: 0...6, using: &random))
                switch Int.random(in: 0..<4, using: &random) {
                case 0: body.removeSubrange(start..<end)
                case 1: body.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: start)
                case 2: body.insert(contentsOf: body[start..<end], at: start)
                default: body.replaceSubrange(start..<end, with: [UInt8.random(in: 0...255, using: &random)])
                }
            }
            compare(body, hub: Bool.random(using: &random) ? "meter-0001" : nil, &decoder)
        }
    }

    @Test func randomRecordsOfIntervals() {
        var generator = RandomTelemetry(seed: 8, ofIntervals: true)
        var decoder = RecordDecoder(limits: .init(maxReadings: 3))
        var outcomes: [RefusalReason?: Int] = [:]
        for round in 0..<10_000 {
            let body = Array(generator.record().utf8)
            let profile = DeviceProfile(kind: .interval, intervalSeconds: round % 2 == 0 ? nil : 900)
            outcomes[compare(body, hub: nil, as: profile, &decoder), default: 0] += 1
            for index in 0..<decoder.count where decoder[index].refusal?.reason == .timeUnaligned {
                outcomes[.timeUnaligned, default: 0] += 1
            }
        }
        for reason in [nil, RefusalReason.badSchema, .badJSON, .wrongKind, .timeUnaligned] {
            #expect(outcomes[reason, default: 0] > 50, "\(String(describing: reason))")
        }
    }

    @Test func randomRecords() {
        var generator = RandomTelemetry(seed: 7)
        var decoder = RecordDecoder(limits: .init(maxReadings: 3))
        var outcomes: [RefusalReason?: Int] = [:]
        for round in 0..<10_000 {
            let body = Array(generator.record().utf8)
            outcomes[compare(body, hub: round % 3 == 0 ? nil : "meter-0001", &decoder), default: 0] += 1
        }
        // The generator is worth something only if it reaches all of them, often.
        for reason in [nil, RefusalReason.badSchema, .badJSON, .deviceMismatch, .wrongKind, .tooLarge] {
            #expect(outcomes[reason, default: 0] > 50, "\(String(describing: reason))")
        }
    }
}
