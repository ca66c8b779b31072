import FoundationEssentials
import Testing

import enum CommunityRegistry.NearestName

@testable import wattsource

@Suite struct ValueTextTests {
    @Test(arguments: [
        ("500ms", Duration.milliseconds(500), "500ms"), ("90s", .seconds(90), "90s"), ("60s", .seconds(60), "1m"),
        ("1h30m", .seconds(5_400), "90m"), ("35d", .seconds(35 * 86_400), "35d"), ("0s", .zero, "0s"),
    ])
    func `Durations`(text: String, duration: Duration, shown: String) {
        #expect(DurationText.parse(text) == duration)
        #expect(DurationText.render(duration) == shown)
        #expect(DurationText.parse(shown) == duration)
    }

    @Test(arguments: ["", "5", "s", "5 s", "5x", "-5s", "5s ", "9223372036854775807d", "٥s", "1.5h"])
    func `What is not a duration`(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(arguments: [("1", 1, "1"), ("1024", 1_024, "1KiB"), ("8MiB", 8 << 20, "8MiB"), ("2 GiB", 2 << 30, "2GiB")])
    func `Sizes`(text: String, bytes: Int, shown: String) {
        #expect(ByteCountText.parse(text) == bytes)
        #expect(ByteCountText.render(bytes) == shown)
    }

    /// Foundation's own formatter is the plain twin.
    @Test func `Instants are those of the calendar`() throws {
        var generator = SystemRandomNumberGenerator()
        let style = Date.ISO8601FormatStyle()
        for _ in 0..<500 {
            let seconds = Int64.random(in: -2_000_000_000...4_000_000_000, using: &generator)
            let text = Date(timeIntervalSince1970: Double(seconds)).formatted(style)
            #expect(InstantText.parse(text) == seconds * 1_000_000, "\(text)")
            #expect(InstantText.render(seconds * 1_000_000) == text)
        }
        #expect(InstantText.parse("2024-02-29T23:59:59Z") == 1_709_251_199_000_000)
        for text in [
            "2023-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
            "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "+026-01-01T00:00:00Z", "2026-01-01T00:00:00z",
        ] {
            #expect(InstantText.parse(text) == nil, "\(text)")
        }
    }

    @Test(arguments: [
        ("batch_rows", "batch_rows", 0), ("batch_row", "batch_rows", 1), ("bacth_rows", "batch_rows", 1),
        ("kafka", "", 5), ("", "", 0), ("abc", "cab", 2),
    ])
    func `The distance between names`(left: String, right: String, distance: Int) {
        #expect(NearestName.distance(left, right) == distance)
        #expect(NearestName.distance(right, left) == distance)
    }

    @Test func `The nearest name is suggested, nothing far away`() {
        let names = UnknownKey.allNames
        #expect(NearestName.suggestion(for: "ingest.batch-rows", among: names) == "ingest.batch_rows")
        #expect(NearestName.suggestion(for: "batch_rows", among: names) == "ingest.batch_rows")
        #expect(NearestName.suggestion(for: "completely.different", among: names) == nil)
    }
}
