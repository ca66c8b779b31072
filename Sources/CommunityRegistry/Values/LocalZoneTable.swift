internal import Foundation
public import MeterReadings

/// Makes the table of a zone's offsets from its IANA name, out of what this machine knows of time zones.
///
/// From the compiled zone files (`/usr/share/zoneinfo`); where there are none, from Foundation, which brings its own data.
public enum LocalZoneTable {
    /// From when on the tables know every change of the offset: 1990-01-01T00:00:00Z.
    public static let from: Int64 = 631_152_000 * UTCTime.second
    /// Until when: 2100-01-01T00:00:00Z.
    public static let until: Int64 = 4_102_444_800 * UTCTime.second

    /// The zone's table; `nil`: the name is not known here.
    public static func zone(named name: String) -> LocalZone? {
        guard TimeZoneNames.isKnown(name) else { return nil }
        if let file = FileManager.default.contents(atPath: TimeZoneNames.directory + "/" + name) {
            return ZoneFile([UInt8](file)).map { table(of: $0) }
        }
        return TimeZone(identifier: name).map { table(of: $0) }
    }

    /// The changes between ``from`` and ``until``; the first offset holds at ``from``.
    static func table(of file: ZoneFile) -> LocalZone {
        let (from, until) = (from / UTCTime.second, until / UTCTime.second)
        var changes = file.transitions
        let last = changes.last?.from ?? .min
        if let rule = file.rule { changes += rule.transitions(fromYear: 1990, toYear: 2100).filter { $0.from > last } }
        let first = changes.last { $0.from <= from }?.offset ?? file.firstOffset
        var offsets = [LocalZone.Offset(from: Self.from, seconds: first)]
        for change in changes where change.from > from && change.from < until {
            guard change.offset != offsets.last?.seconds else { continue }
            offsets.append(LocalZone.Offset(from: change.from * UTCTime.second, seconds: change.offset))
        }
        return LocalZone(offsets: offsets)
    }

    /// Looks at every day, and finds the second of each change by halving.
    static func table(of zone: TimeZone) -> LocalZone {
        func offset(_ second: Int64) -> Int32 {
            Int32(zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(second))))
        }
        var (second, known) = (from / UTCTime.second, offset(from / UTCTime.second))
        var offsets = [LocalZone.Offset(from: from, seconds: known)]
        while second < until / UTCTime.second {
            let next = second + 86_400
            let after = offset(next)
            if after != known {
                var (low, high) = (second, next)
                while high - low > 1 {
                    let middle = low + (high - low) / 2
                    if offset(middle) == known { low = middle } else { high = middle }
                }
                offsets.append(LocalZone.Offset(from: high * UTCTime.second, seconds: after))
            }
            (second, known) = (next, after)
        }
        return LocalZone(offsets: offsets)
    }
}
