import MeterReadings
import Testing

/// Telemetry v1 of kind interval.
struct IntervalTelemetryTests {
    private func decode(_ body: String, intervalSeconds: Int32? = nil) throws -> [DecodedReading] {
        var decoder = RecordDecoder()
        let profile = DeviceProfile(kind: .interval, intervalSeconds: intervalSeconds)
        let bytes = Array(body.utf8)
        if let refusal = decoder.decode(bytes.span, as: profile, deviceID: nil, enqueuedAt: nil) { throw refusal }
        return (0..<decoder.count).map { decoder[$0] }
    }

    private func message(_ time: String, seconds: Int = 900) -> String {
        #"{"v":1,"kind":"interval","interval_s":\#(seconds),"t":"\#(time)","import_wh":62,"export_kwh":"0.5"}"#
    }

    private func refusal(_ body: String, intervalSeconds: Int32? = nil) -> Refusal? {
        do { return try decode(body, intervalSeconds: intervalSeconds).compactMap(\.refusal).first } catch {
            return error as? Refusal
        }
    }

    @Test(arguments: [300, 900, 1800, 3600] as [Int32])
    func theStartAndTheLength(_ seconds: Int32) throws {
        let expected = MeterReading(
            measuredAt: at("2026-03-29T01:00:00Z"),
            importWh: 62,
            exportWh: 500,
            intervalSeconds: seconds
        )
        let body = message("2026-03-29T03:00:00+02:00", seconds: Int(seconds))
        #expect(try decode(body, intervalSeconds: seconds) == [DecodedReading(reading: expected)])
        if seconds == 900 { #expect(try decode(body).map(\.reading) == [expected]) }
    }

    @Test(arguments: [
        ("2026-03-29T01:15:00Z", "2026-03-29T01:15:00Z", ReadingFlags()),
        ("2026-03-29T01:15:30Z", "2026-03-29T01:15:00Z", .snapped),
        ("2026-03-29T01:15:00.000001Z", "2026-03-29T01:15:00Z", .snapped),
        ("2026-03-29T01:14:30Z", "2026-03-29T01:15:00Z", .snapped),
        ("1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", .snapped),
        ("1969-12-31T23:45:29Z", "1969-12-31T23:45:00Z", .snapped),
    ])
    func upToThirtySecondsOffTheGrid(_ time: String, _ start: String, _ flags: ReadingFlags) throws {
        let decoded = try decode(message(time))
        #expect(decoded.map(\.refusal) == [nil])
        #expect(decoded.map(\.reading.measuredAt) == [at(start)])
        #expect(decoded.map(\.reading.flags) == [flags])
    }

    @Test(arguments: ["2026-03-29T01:15:30.000001Z", "2026-03-29T01:14:29.999999Z", "2026-03-29T01:05:00Z"])
    func furtherOffItIsUnaligned(_ time: String) {
        let refusal = refusal(message(time))
        #expect(refusal?.reason == .timeUnaligned)
        #expect(refusal.map { "\($0.field)" } == "t")
        #expect(refusal?.byteOffset == 46)
    }

    @Test func anotherLengthOrKind() {
        #expect(refusal(message("2026-03-29T01:15:00Z", seconds: 300))?.reason == .wrongKind)
        #expect(refusal(message("2026-03-29T01:00:00Z", seconds: 900), intervalSeconds: 3600)?.reason == .wrongKind)
        #expect(refusal(#"{"v":1,"t":0,"import_wh":1}"#)?.reason == .wrongKind)
        #expect(refusal(#"{"v":1,"interval_s":900,"t":0,"import_wh":1}"#)?.reason == .wrongKind)
        #expect(refusal(#"{"v":1,"kind":"register","interval_s":900,"t":0,"import_wh":1}"#)?.reason == .wrongKind)
        #expect(refusal(#"{"v":1,"kind":"interval","t":0,"import_wh":1}"#)?.reason == .badSchema)
        #expect(refusal(#"{"v":1,"kind":"interval","interval_s":"900","t":0,"import_wh":1}"#)?.reason == .badSchema)
    }

    @Test func readingsMayRepeatKindAndLength() throws {
        let decoded = try decode(
            #"""
            {"v":1,"kind":"interval","interval_s":900,"readings":[{"t":0,"import_wh":1,"kind":"interval","interval_s":900},
             {"t":0,"import_wh":1,"interval_s":300},{"t":0,"import_wh":1,"kind":"register"},{"t":0,"import_wh":1}]}
            """#
        )
        #expect(decoded.map(\.refusal?.reason) == [nil, .wrongKind, .wrongKind, nil])
    }

    @Test(arguments: TelemetryAdapter.allCases.filter { $0 != .v1 })
    func onlyTelemetryV1KnowsIntervals(_ adapter: TelemetryAdapter) {
        var decoder = RecordDecoder()
        let profile = DeviceProfile(adapter: adapter, kind: .interval)
        let body = Array("{}".utf8)
        #expect(decoder.decode(body.span, as: profile, deviceID: nil, enqueuedAt: 0)?.reason == .wrongKind)
    }
}
