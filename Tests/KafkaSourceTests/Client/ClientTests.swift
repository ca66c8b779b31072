import Logging
import Testing

@testable import KafkaSource

@Suite struct ClientTests {
    @Test func aRateLimitCountsWhatItHides() {
        var limit = RateLimit(2, per: .seconds(10))
        let start = ContinuousClock.now
        #expect(limit.judge(at: start) == .pass(suppressed: 0))
        #expect(limit.judge(at: start + .seconds(1)) == .pass(suppressed: 0))
        #expect(limit.judge(at: start + .seconds(2)) == .suppress)
        #expect(limit.judge(at: start + .seconds(9)) == .suppress)
        #expect(limit.judge(at: start + .seconds(10)) == .pass(suppressed: 2))
        #expect(limit.judge(at: start + .seconds(11)) == .pass(suppressed: 0))
    }

    @Test func millisecondsAreRoundedUpAndBounded() {
        #expect(Duration.zero.wholeMilliseconds == 0)
        #expect(Duration.seconds(-1).wholeMilliseconds == 0)
        #expect(Duration.nanoseconds(1).wholeMilliseconds == 1)
        #expect(Duration.milliseconds(1500).wholeMilliseconds == 1500)
        #expect(Duration.microseconds(1500).wholeMilliseconds == 2)
        #expect(Duration.seconds(1 << 40).wholeMilliseconds == 2_000_000_000)
    }

    @Test func versionsReadAndCompare() {
        let debian = LibraryVersion(number: 0x0200_02ff)
        let wheel = LibraryVersion(number: 0x0210_00ff)
        #expect(debian.description == "2.0.2")
        #expect(wheel.description == "2.16.0")
        #expect(debian < wheel)
        #expect(!debian.limitations.isEmpty && wheel.limitations.isEmpty)
        #expect(LibraryVersion.running >= LibraryVersion.oldestSupported)
    }

    @Test func theUserOverridesDefaultsAndNothingElse() throws {
        let properties = try ClientProperties(
            defaults: ["a": "1", "b": "1"],
            user: ["b": "2", "c": "2", "d": "X"],
            rules: [
                PropertyRule(name: "d", value: "x", reason: "so"), PropertyRule(name: "e", value: "3", reason: "so"),
            ],
            own: ["f": "4"]
        )
        #expect(properties.settings.map(\.name) == ["a", "b", "c", "d", "e", "f"])
        #expect(properties.settings.map(\.value) == ["1", "2", "2", "x", "3", "4"])
    }

    @Test func librdkafkasErrorsAreWarningsHere() {
        #expect(LogRelay.level(severity: 3, facility: "FAIL") == .warning)
        #expect(LogRelay.level(severity: 5, facility: "CONFWARN") == .info)
        #expect(LogRelay.level(severity: 4, facility: "CONFWARN") == .debug)
        #expect(LogRelay.level(severity: 7, facility: "CGRP") == .trace)
    }
}
