/// Fixed shares that change by the hour: for each device of a community, and each hour, its share in parts per million.
///
/// For countries that allow them, such as Spain (RD 244/2019, Annex I, and Orden TED/1247/2021: a coefficient for each
/// hour of the year, fixed beforehand, at most 1 in all in every hour). Hours run either once, over a span
/// (``init(from:shares:)``), or by the local clock, the same every week (``init(weekIn:shares:)``).
///
/// An interval has the shares of the hour in which it begins.
///
/// Clock changes. A span's hours are counted by elapsed time, so there is none twice and none is missing: a year in a
/// local zone (``year(_:in:)``) always has 8,760 or 8,784, those in summer an hour behind the clock on the wall. A
/// week's hours follow the clock: the hour that is there twice in autumn has its share twice, the one that is missing in
/// spring is passed over.
public struct ShareProfile: Equatable, Sendable {
    /// How an instant finds its hour.
    public enum Hours: Equatable, Sendable {
        /// One after the other from an instant on: microseconds since 1970-01-01T00:00:00Z, on a quarter-hour.
        case span(from: Int64, count: Int)
        /// The 168 of a week by the local clock, Monday 00:00 first.
        case week(ZoneOffsets)
    }

    /// How an instant finds its hour.
    public let hours: Hours
    /// The devices that have a share, ascending by the bytes of their hub device ids.
    public let devices: [String]
    /// Shares in parts per million, `shares[device][hour]`.
    private let shares: [[Int32]]

    /// Makes a profile of hours that follow each other.
    ///
    /// - Parameters:
    ///   - from: when the first hour begins: microseconds since 1970, UTC, on a quarter-hour.
    ///   - shares: each device's shares in parts per million, the same number for each.
    /// - Throws: ``ShareProfileError`` with the first thing that is wrong.
    public init(from: Int64, shares: [String: [Int32]]) throws(ShareProfileError) {
        guard from % 900_000_000 == 0 else { throw .notOnGrid(from: from) }
        try self.init(.span(from: from, count: shares.values.first?.count ?? 0), shares)
    }

    /// Makes a profile that repeats every week by a zone's clock: 168 shares for each device, Monday 00:00 first.
    ///
    /// - Throws: ``ShareProfileError`` with the first thing that is wrong.
    public init(weekIn zone: ZoneOffsets, shares: [String: [Int32]]) throws(ShareProfileError) {
        try self.init(.week(zone), shares)
    }

    private init(_ hours: Hours, _ byDevice: [String: [Int32]]) throws(ShareProfileError) {
        let count =
            switch hours {
            case .span(_, let count): count
            case .week: 168
            }
        let ordered = byDevice.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        var sums = [Int64](repeating: 0, count: count)
        for (device, shares) in ordered {
            guard shares.count == count, count > 0 else {
                throw .wrongCount(device: device, hours: shares.count, expected: count)
            }
            for (hour, share) in shares.enumerated() {
                guard share >= 0 else { throw .belowZero(device: device, hour: hour, sharePPM: share) }
                sums[hour] += Int64(share)
            }
        }
        if let hour = sums.firstIndex(where: { $0 > ParticipationPart.wholePPM }) {
            throw .moreThanWhole(hour: hour, sumPPM: sums[hour])
        }
        self.hours = hours
        devices = ordered.map(\.key)
        shares = ordered.map(\.value)
    }

    /// The hours of a year in a zone: from midnight of 1 January to midnight of the next; 8,760 or 8,784.
    ///
    /// `nil` for a year outside of 0 to 9998, and where the zone's offset differs between the two.
    public static func year(_ year: Int, in zone: ZoneOffsets) -> (from: Int64, count: Int)? {
        guard let first = CivilDay(year: year, month: 1, day: 1), let next = CivilDay(year: year + 1, month: 1, day: 1)
        else { return nil }
        let (from, until) = (zone.start(of: first), zone.start(of: next))
        guard (until - from) % 86_400_000_000 == 0 else { return nil }
        return (from, Int((until - from) / 3_600_000_000))
    }

    /// The row of a device; `nil` if it has no shares here.
    ///
    /// Look it up once, not for every interval.
    public func row(of device: String) -> Int? {
        var low = 0
        var high = devices.count
        while low < high {
            let middle = low + (high - low) / 2
            if devices[middle].utf8.lexicographicallyPrecedes(device.utf8) { low = middle + 1 } else { high = middle }
        }
        return low < devices.count && devices[low] == device ? low : nil
    }

    /// The hour that an interval has which begins at `start` (microseconds since 1970, UTC); `nil` outside of the span.
    ///
    /// Outside of the span nothing is agreed by this profile; the participation's own fixed share counts.
    public func hour(at start: Int64) -> Int? {
        switch hours {
        case .span(let from, let count):
            guard start >= from else { return nil }
            let hour = (start - from) / 3_600_000_000
            return hour < count ? Int(hour) : nil
        case .week(let zone):
            let local = zone.local(at: start)
            return local.day.weekday.rawValue * 24 + local.minuteOfDay / 60
        }
    }

    /// A device's share in an hour, in parts per million, by ``row(of:)`` and ``hour(at:)``.
    public func sharePPM(row: Int, hour: Int) -> Int64 { Int64(shares[row][hour]) }
}
