import Testing

@testable import MeterReadings

/// RFC 3339 in and out, and every decision of `UTCTime`.
struct UTCTimeTests {
    private func parse(_ text: String) -> Int64? { UTCTime.parse(Array(text.utf8).span) }

    private func fault(_ text: String) -> UTCTimeFault? {
        do throws(UTCTimeFault) {
            _ = try UTCTime.read(Array(text.utf8).span)
            return nil
        } catch { return error }
    }

    private func isLeap(_ year: Int) -> Bool { (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 }

    @Test func everyDayFrom1970To2200() {
        var days = 0
        for year in 1970...2200 {
            let lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            for (month, length) in lengths.enumerated() {
                for day in 1...length {
                    let text = "\(year)-\(month < 9 ? "0" : "")\(month + 1)-\(day < 10 ? "0" : "")\(day)T00:00:00Z"
                    let instant = Int64(days) * 86_400_000_000
                    if parse(text) != instant || UTCTime.format(instant) != text { Issue.record("\(text)") }
                    days += 1
                }
                #expect(fault("\(year)-\(month < 9 ? "0" : "")\(month + 1)-\(length + 1)T00:00:00Z") == .noSuchDay)
            }
        }
        #expect(days == 84_371)
    }

    @Test func theYearsFrom0000To9999() {
        // Days from 0000-01-01 to 1970-01-01, counted.
        var days = 0
        for year in 0..<1970 { days -= isLeap(year) ? 366 : 365 }
        for year in 0...9999 {
            let text = "\(String(repeating: "0", count: 4 - String(year).count))\(year)-01-01T00:00:00Z"
            #expect(parse(text) == Int64(days) * 86_400_000_000, "\(text)")
            #expect(UTCTime.format(Int64(days) * 86_400_000_000) == text)
            days += isLeap(year) ? 366 : 365
        }
        #expect(UTCTime.format(Int64(days) * 86_400_000_000) == "+10000-01-01T00:00:00Z")
        #expect(UTCTime.format(-62_167_219_200_000_001) == "-0001-12-31T23:59:59.999999Z")
    }

    @Test func randomInstantsComeBack() {
        var random = SplitMix(seed: 5)
        for _ in 0..<20_000 {
            let instant = Int64.random(in: -62_167_219_200_000_000...253_402_300_799_999_999, using: &random)
            #expect(parse(UTCTime.format(instant)) == instant)
        }
        for instant in [Int64.min, .max] { #expect(!UTCTime.format(instant).isEmpty) }
    }

    @Test func offsets() {
        let utc = parse("2026-03-29T01:15:00Z")
        #expect(utc == 1_774_746_900_000_000)
        for minutes in -1439...1439 {
            let local = UTCTime.format((utc ?? 0) + Int64(minutes) * 60_000_000).dropLast()
            let hours = abs(minutes) / 60
            let rest = abs(minutes) % 60
            let offset = "\(minutes < 0 ? "-" : "+")\(hours < 10 ? "0" : "")\(hours):\(rest < 10 ? "0" : "")\(rest)"
            #expect(parse(local + offset) == utc, "\(local)\(offset)")
        }
        #expect(parse("2026-03-29T01:15:00-00:00") == utc)
        #expect(parse("2026-03-29t01:15:00z") == utc)
        #expect(parse("0000-01-01T00:00:00+23:59") != nil)
        #expect(fault("2026-03-29T01:15:00+24:00") == .noSuchOffset)
        #expect(fault("2026-03-29T01:15:00+01:60") == .noSuchOffset)
    }

    @Test func fractionsAreFloored() {
        let second = parse("2026-03-29T01:15:00Z") ?? 0
        #expect(parse("2026-03-29T01:15:00.1Z") == second + 100_000)
        #expect(parse("2026-03-29T01:15:00.000001Z") == second + 1)
        #expect(parse("2026-03-29T01:15:00.0000019Z") == second + 1)
        #expect(parse("2025-05-04T23:41:21.3940000Z") == 1_746_402_081_394_000)
        #expect(parse("2026-03-29T01:15:00.\(String(repeating: "9", count: 5000))+00:00") == second + 999_999)
        #expect(parse("1969-12-31T23:59:59.9999999Z") == -1)
        #expect(UTCTime.format(second + 120_000) == "2026-03-29T01:15:00.12Z")
        #expect(fault("2026-03-29T01:15:00.Z") == .malformed)
        #expect(fault("2026-03-29T01:15:00,5Z") == .malformed)
    }

    @Test(arguments: ["2022-07-07T13:01:11", "2022-07-07T13:01:11.5"])
    func timeWithoutZone(_ text: String) {
        #expect(fault(text) == .noZone)
        #expect(parse(text) == nil)
    }

    @Test(arguments: [
        ("1998-12-31T23:59:60Z", UTCTimeFault.noSuchTime), ("2026-03-29T24:00:00Z", .noSuchTime),
        ("2026-03-29T23:60:00Z", .noSuchTime),
        ("2026-02-29T00:00:00Z", .noSuchDay), ("1900-02-29T00:00:00Z", .noSuchDay),
        ("2026-00-10T00:00:00Z", .noSuchDay),
        ("2026-13-10T00:00:00Z", .noSuchDay), ("2026-01-00T00:00:00Z", .noSuchDay),
        ("2026-04-31T00:00:00Z", .noSuchDay),
    ]) func whatDoesNotExist(_ text: String, _ expected: UTCTimeFault) {
        #expect(fault(text) == expected)
    }

    @Test(arguments: [
        "", "now", "epoch", "infinity", "2026-03-29", "2026-03-29T01:15Z", "2026-03-29 01:15:00Z",
        "2026-3-29T01:15:00Z",
        " 2026-03-29T01:15:00Z", "2026-03-29T01:15:00Z ", "2026-03-29T01:15:00ZZ", "2026-03-29T01:15:00+0200",
        "2026-03-29T01:15:00+02",
        "2026-03-29T01:15:00+2:00", "+2026-03-29T01:15:00Z", "2026-W13-7T01:15:00Z", "20260329T011500Z",
        "2026-03-29T01:15:00 Z",
        "2026-03-29T01:15:00UTC", "2026-03-29T01:15:00[UTC]", "２026-03-29T01:15:00Z", "2026-03-29T0a:15:00Z",
        "2026-03-29T01:15:-1Z",
        "2026/03/29T01:15:00Z", "2026-03-29T01:15:00±02:00", "2026-03-29T01:15:00.5.5Z", "2026-03-29T01:15:00+02:00Z",
    ]) func malformed(_ text: String) {
        #expect(fault(text) == .malformed)
    }

    @Test func everyByteOfEveryPlaceIsChecked() {
        let valid = Array("2026-03-29T01:15:00.123456+02:00".utf8)
        for place in valid.indices {
            for byte in UInt8.min...UInt8.max where byte != valid[place] {
                var bytes = valid
                bytes[place] = byte
                guard let instant = UTCTime.parse(bytes.span) else { continue }
                // What is still taken must be a digit for a digit, another case, or another sign.
                let isDigit = (48...57).contains(byte) && (48...57).contains(valid[place])
                #expect(
                    isDigit || byte == UInt8(ascii: "t") || byte == UInt8(ascii: "-"),
                    "\(place) \(byte) \(instant)"
                )
            }
            #expect(parse(String(decoding: valid[..<place], as: UTF8.self)) == nil)
        }
    }

    @Test func sentencesTeach() {
        for fault in [UTCTimeFault.malformed, .noZone, .noSuchDay, .noSuchTime, .noSuchOffset] {
            #expect(fault.sentence.utf8CodeUnitCount > 20)
        }
    }
}
