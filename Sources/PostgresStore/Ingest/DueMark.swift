internal import Ingestion

/// A span of a device's time in which a reading changed what was settled already.
struct DueMark: Equatable {
    /// The device.
    var deviceID: Int32
    /// The last reading before, microseconds since 1970-01-01T00:00:00Z.
    var from: Int64
    /// The last reading that touched it.
    var until: Int64

    /// The marks of rows of the straight path: what lies between a reading and its device's last one before, if that is behind the horizon.
    ///
    /// Readings that take no part in settlement leave none. Marks that meet are merged.
    static func marks(ofStraight rows: [ReadingRow], behind horizon: Int64) -> [DueMark] {
        var marks: [DueMark] = []
        var newest: [Int32: Int] = [:]
        for row in rows where takesPart(row.quality) {
            let from = row.previousAt == .min ? row.measuredAt : row.previousAt
            guard from < horizon else { continue }
            if let index = newest[row.deviceID], marks[index].until >= from, marks[index].from <= row.measuredAt {
                marks[index].from = min(marks[index].from, from)
                marks[index].until = max(marks[index].until, row.measuredAt)
            } else {
                newest[row.deviceID] = marks.count
                marks.append(DueMark(deviceID: row.deviceID, from: from, until: row.measuredAt))
            }
        }
        return marks
    }

    /// Whether settlement uses readings of this quality: M, S and E.
    static func takesPart(_ quality: UInt8) -> Bool { quality == 0x4D || quality == 0x53 || quality == 0x45 }
}
