internal import MeterReadings

/// The zone of a reader's clock.
struct ReaderZone: Sendable {
    private let zone: LocalZone

    /// Makes one of a zone's offsets.
    init(_ zone: LocalZone = LocalZone(offsets: [])) { self.zone = zone }

    /// The local time of an instant, as if it were UTC: microseconds since 1970-01-01T00:00:00.
    func local(_ instant: Int64) -> Int64 { instant + Int64(zone.offsets[index(at: instant)].seconds) * UTCTime.second }

    /// Whether summer time holds: the clock is further ahead than before or after.
    func isSummer(_ instant: Int64) -> Bool {
        let index = index(at: instant)
        let neighbours = [index - 1, index + 1].filter(zone.offsets.indices.contains)
        return neighbours.contains { zone.offsets[$0].seconds < zone.offsets[index].seconds }
            && !neighbours.contains { zone.offsets[$0].seconds > zone.offsets[index].seconds }
    }

    private func index(at instant: Int64) -> Int {
        max(zone.offsets.lastIndex { $0.from <= instant } ?? 0, 0)
    }
}
