/// What the clock on the wall shows is given as microseconds since 1970-01-01T00:00:00 of that clock.
extension LocalZone {
    /// No two offsets of a zone are further apart, in microseconds: they lie between -12:00 and +14:00.
    private static let largestOffset: Int64 = 26 * 3600 * UTCTime.second

    /// The instants at which clocks of the zone show a time: the earliest and the latest.
    ///
    /// They are the same but where clocks were put back: there the hour happens twice.
    ///
    /// - Returns: `nil` where clocks were put forward and never showed that time.
    func instants(ofCivil civil: Int64) -> ClosedRange<Int64>? {
        var found: ClosedRange<Int64>?
        for (place, offset) in offsets.enumerated() {
            let from = place == 0 ? Int64.min : offset.from
            let until = place + 1 < offsets.count ? offsets[place + 1].from : Int64.max
            guard until > civil - Self.largestOffset else { continue }
            guard from < civil + Self.largestOffset else { break }
            let instant = civil - Int64(offset.seconds) * UTCTime.second
            guard instant >= from, instant < until else { continue }
            // Later offsets give later instants: each has its own span of time.
            found = (found?.lowerBound ?? instant)...instant
        }
        return found
    }

    /// The instant of a time whose season is known, as with DSMR's `S` and `W`: daylight saving time has the largest offset that the
    /// zone uses within a year, standard time the smallest.
    func instant(ofCivil civil: Int64, isSummer: Bool) -> Int64 {
        let year = 366 * UTCTime.day
        var seconds: Int32?
        for (place, offset) in offsets.enumerated() {
            let until = place + 1 < offsets.count ? offsets[place + 1].from : Int64.max
            guard until > civil - year else { continue }
            guard place == 0 || offset.from < civil + year else { break }
            seconds = seconds.map { isSummer ? max($0, offset.seconds) : min($0, offset.seconds) } ?? offset.seconds
        }
        return civil - Int64(seconds ?? 0) * UTCTime.second
    }
}
