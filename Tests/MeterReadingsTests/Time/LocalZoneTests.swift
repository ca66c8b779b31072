import Testing

@testable import MeterReadings

struct LocalZoneTests {
    /// What a clock of the zone shows at an instant, by a search from the end.
    private func civil(_ instant: Int64, _ zone: LocalZone) -> Int64 {
        let offset = zone.offsets.last { $0.from <= instant } ?? zone.offsets[0]
        return instant + Int64(offset.seconds) * 1_000_000
    }

    @Test func instantsAreThoseAtWhichTheClockShowsTheTime() {
        var random = SplitMix(seed: 9)
        // Vienna, Lord Howe (half an hour), Apia (a day was left out), and a zone without changes.
        let zones = [
            LocalZone.vienna, LocalZone(offsets: []),
            LocalZone(
                offsets: [
                    .init(from: at("2024-10-05T15:30:00Z"), seconds: 39_600),
                    .init(from: at("2025-04-05T15:00:00Z"), seconds: 37_800),
                ]
            ),
            LocalZone(
                offsets: [
                    .init(from: at("2011-12-30T10:00:00Z"), seconds: 50_400), .init(from: 0, seconds: -36_000),
                ]
            ),
        ]
        for zone in zones {
            let changes = zone.offsets.map(\.from).filter { $0 > .min }
            for _ in 0..<5000 {
                let near = changes.randomElement(using: &random) ?? 0
                let civil = near + Int64.random(in: -100_000...100_000, using: &random) * 1_000_000
                var found: [Int64] = []
                for seconds in Set(zone.offsets.map(\.seconds)) {
                    let instant = civil - Int64(seconds) * 1_000_000
                    if self.civil(instant, zone) == civil { found.append(instant) }
                }
                let range = zone.instants(ofCivil: civil)
                #expect(range?.lowerBound == found.min())
                #expect(range?.upperBound == found.max())
            }
        }
    }

    @Test func offsetsAreOrdered() {
        let zone = LocalZone(offsets: LocalZone.vienna.offsets.reversed())
        #expect(zone == .vienna)
        #expect(LocalZone(offsets: []).instants(ofCivil: 5) == 5...5)
    }

    @Test func theFirstOffsetHoldsBefore() {
        let zone = LocalZone(offsets: [.init(from: at("2025-01-01T00:00:00Z"), seconds: 3600)])
        #expect(zone.instants(ofCivil: 0) == -3_600_000_000 ... -3_600_000_000)
    }

    @Test func seasons() {
        let noon = at("2025-07-01T12:00:00Z")
        #expect(LocalZone.vienna.instant(ofCivil: noon, isSummer: true) == at("2025-07-01T10:00:00Z"))
        #expect(LocalZone.vienna.instant(ofCivil: noon, isSummer: false) == at("2025-07-01T11:00:00Z"))
        #expect(LocalZone(offsets: []).instant(ofCivil: noon, isSummer: true) == noon)
    }
}
