import FoundationEssentials
import Logging
import Synchronization
import Testing

@testable import Observability

@Suite struct LineLogHandlerTests {
    /// Keeps what a logger writes.
    private final class Lines: Sendable {
        private let kept = Mutex<[String]>([])
        func take(_ line: String) { kept.withLock { $0.append(line) } }
        var all: [String] { kept.withLock { $0 } }
    }

    private let lines = Lines()

    private func logger(_ format: LogFormat, level: Logger.Level = .info) -> Logger {
        let lines = lines
        return Logger(label: "test") { label in
            LineLogHandler(
                label: label,
                level: level,
                format: format,
                sink: { lines.take($0) },
                now: { 1_769_839_200_123_456 }
            )
        }
    }

    @Test func `JSON: one object with the values as members`() {
        logger(.json).info(
            "partition taken over",
            metadata: [
                "partition": "readings[3]", "epoch": .stringConvertible(7), "level": "mine",
                "list": ["a", .stringConvertible(true)], "map": ["k": "v"],
            ]
        )
        #expect(
            lines.all == [
                #"{"time":"2026-01-31T06:00:00.123Z","level":"info","message":"partition taken over","logger":"test","#
                    + #""epoch":7,"level_":"mine","list":["a",true],"map":{"k":"v"},"partition":"readings[3]"}"# + "\n"
            ]
        )
    }

    @Test func `Text: readable, values quoted where needed`() {
        logger(.text).warning("store away", metadata: ["reason": "it is away", "sqlstate": "57P01", "none": ""])
        #expect(
            lines.all == [
                #"2026-01-31T06:00:00.123Z WARNING  store away none="" reason="it is away" sqlstate=57P01"# + "\n"
            ]
        )
    }

    /// Foundation's parser is the judge; the evil text must come back whole from a single line.
    @Test(arguments: [
        "a\r\nb", "\u{1B}[31mred\u{1B}[0m", "\u{9B}31m", "a\"b\\c", "\0\u{7F}", "\u{2028}\u{2029}\u{202E}", "äöü 中文 🔌",
        "{\"a\":1}", "a=b", "\t",
    ])
    func `Nothing in a value, key or message can break the line`(evil: String) throws {
        for format in [LogFormat.json, .text] {
            logger(format).info("\(evil)", metadata: ["key": "\(evil)", "\(evil)": "1"])
        }
        let allowed = Set("\n".unicodeScalars)
        for line in lines.all {
            let unsafeScalars = line.unicodeScalars.dropLast().filter {
                allowed.contains($0) || $0.properties.generalCategory == .control || $0.properties.isBidiControl
                    || $0.value == 0x2028 || $0.value == 0x2029
            }
            #expect(unsafeScalars.isEmpty)
            #expect(line.hasSuffix("\n"))
        }
        let first = try #require(lines.all.first)
        struct Line: Decodable {
            var message: String
            var key: String
        }
        let parsed = try JSONDecoder().decode(Line.self, from: Data(first.utf8))
        #expect(parsed.message == evil)
        #expect(parsed.key == evil)
    }

    @Test func `The handler's metadata is below the message's, an error becomes a value`() {
        struct Failure: Error, CustomStringConvertible { let description = "it failed" }
        var log = logger(.text)
        log[metadataKey: "a"] = "1"
        log[metadataKey: "b"] = "1"
        log.error("m", error: Failure(), metadata: ["b": "2"])
        #expect(lines.all.first?.hasSuffix("ERROR    m a=1 b=2 error=\"it failed\"\n") == true, "\(lines.all)")
    }

    @Test func `Below the level nothing is written`() {
        logger(.json, level: .warning).info("quiet")
        #expect(lines.all.isEmpty)
    }

    /// Foundation's formatter is the plain twin.
    @Test func `Timestamps are those of the calendar`() {
        var generator = SystemRandomNumberGenerator()
        let style = Date.ISO8601FormatStyle()
        for _ in 0..<500 {
            let seconds = Int64.random(in: -2_000_000_000...4_000_000_000, using: &generator)
            let text = Date(timeIntervalSince1970: Double(seconds)).formatted(style).dropLast()
            #expect(LogTimestamp.text(seconds * 1_000_000 + 7_999) == "\(text).007Z")
        }
        #expect(LogTimestamp.text(-1) == "1969-12-31T23:59:59.999Z")
    }
}
