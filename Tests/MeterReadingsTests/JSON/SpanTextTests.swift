import Testing

@testable import MeterReadings

/// UTF-8 is judged as the standard library judges it.
struct SpanTextTests {
    private func agrees(_ bytes: [UInt8]) -> Bool {
        bytes.span.isUTF8 == (String(validating: bytes, as: UTF8.self) != nil)
    }

    @Test func everySequenceOfUpToThreeInterestingBytes() {
        // The borders of all classes of bytes that table 3-7 of Unicode knows.
        let bytes: [UInt8] = [
            0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
            0xEF, 0xF0,
            0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
        ]
        for first in bytes {
            #expect(agrees([first]))
            for second in bytes {
                #expect(agrees([first, second]))
                for third in bytes {
                    #expect(agrees([first, second, third]))
                    for fourth in bytes where first >= 0xF0 { #expect(agrees([first, second, third, fourth])) }
                }
            }
        }
    }

    @Test func allTwoByteSequences() {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max where !agrees([first, second]) { Issue.record("\(first) \(second)") }
        }
    }

    @Test func randomText() {
        var random = SplitMix(seed: 3)
        for _ in 0..<20_000 {
            var bytes = Array("aé€😀\u{10FFFF}".utf8)
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            #expect(agrees(bytes))
        }
    }

    @Test func equalsComparesAllBytes() {
        let bytes = Array("readings".utf8)
        let same = (bytes.span.equals("readings"), bytes.span.equals(bytes.span))
        #expect(same == (true, true))
        let others = (
            bytes.span.equals("reading"), bytes.span.equals("readingz"), bytes.span.equals(Array("Readings".utf8).span)
        )
        #expect(others == (false, false, false))
    }
}
