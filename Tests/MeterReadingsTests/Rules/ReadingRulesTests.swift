import MeterReadings
import Testing

/// Thresholds, each at its limit and one microsecond or watt-hour beyond.
struct ReadingRulesTests {
    private let enqueuedAt: Int64 = 1_757_506_202_000_000

    private func judged(
        after: Int64 = 0,
        importWh: Int64? = 1,
        exportWh: Int64? = nil,
        by rules: ReadingRules = .init()
    ) -> (RefusalReason?, ReadingFlags) {
        var reading = MeterReading(measuredAt: enqueuedAt + after, importWh: importWh, exportWh: exportWh)
        let refusal = rules.judge(&reading, enqueuedAt: enqueuedAt)
        return (refusal?.reason, reading.flags)
    }

    @Test(
        arguments: [
            (0, nil, []), (120_000_000, nil, []), (120_000_001, nil, .aheadOfHub), (900_000_000, nil, .aheadOfHub),
            (900_000_001, .timeFuture, []), (-3_024_000_000_000, nil, []), (-3_024_000_000_001, nil, .late),
            (-5_184_000_000_000, nil, .late), (-5_184_000_000_001, .timeTooOld, []),
        ] as [(Int64, RefusalReason?, ReadingFlags)]
    )
    func time(_ after: Int64, _ reason: RefusalReason?, _ flags: ReadingFlags) {
        #expect(judged(after: after) == (reason, flags))
    }

    @Test(
        arguments: [(0, nil), (1_000_000_000_000, nil), (1_000_000_000_001, .outOfRange), (-1, .negativeValue)]
            as [(Int64, RefusalReason?)]
    )
    func registers(_ energy: Int64, _ reason: RefusalReason?) {
        #expect(judged(importWh: energy).0 == reason)
        #expect(judged(importWh: nil, exportWh: energy).0 == reason)
        #expect(judged(importWh: 5, exportWh: energy).0 == reason)
    }

    @Test func thresholdsCanBeSet() {
        let rules = ReadingRules(futureFlag: 1, futureLimit: 2, lateFlag: 3, ageLimit: 4, maximumWh: 5)
        #expect(judged(after: 1, importWh: 5, by: rules) == (nil, []))
        #expect(judged(after: 2, importWh: 5, by: rules) == (nil, .aheadOfHub))
        #expect(judged(after: 3, by: rules).0 == .timeFuture)
        #expect(judged(after: -4, by: rules) == (nil, .late))
        #expect(judged(after: -5, by: rules).0 == .timeTooOld)
        #expect(judged(importWh: 6, by: rules).0 == .outOfRange)
    }

    @Test func flagsAreAdded() {
        var reading = MeterReading(measuredAt: enqueuedAt + 121_000_000, importWh: 1, exportWh: nil, flags: .hubTime)
        #expect(ReadingRules().judge(&reading, enqueuedAt: enqueuedAt) == nil)
        #expect(reading.flags == [.hubTime, .aheadOfHub])
    }

    @Test func theEndsOfTimeAreJudgedToo() {
        for (measured, enqueued, reason) in [
            (Int64.max, Int64.min, RefusalReason.timeFuture), (.min, .max, .timeTooOld), (.max, -1, .timeFuture),
            (.min, 1, .timeTooOld),
            (.min, 0, .timeTooOld),
        ] {
            var reading = MeterReading(measuredAt: measured, importWh: 1, exportWh: nil)
            #expect(ReadingRules().judge(&reading, enqueuedAt: enqueued)?.reason == reason)
        }
    }
}
