import Ingestion
import MeterReadings

/// The same rules in plain Swift: what the place of a (device, time) holds, and what became of each row.
struct ReferenceStore {
    struct Key: Hashable, Comparable {
        var device: Int32
        var time: Int64
        static func < (left: Key, right: Key) -> Bool { (left.device, left.time) < (right.device, right.time) }
    }

    var places: [Key: ReadingRow] = [:]
    var history = 0

    static func order(_ row: ReadingRow) -> [Int64] {
        let rank = Int64(Array("MSEFN".utf8).firstIndex(of: row.quality) ?? 9)
        let registers = [row.importWh, row.exportWh].map { $0 < 0 ? Int64.max : $0 }
        let isByHand = row.flags & ReadingFlags.imported.rawValue != 0
        let receipt = isByHand ? [0, -row.receivedAt] : [1, row.receivedAt]
        return [rank] + receipt + registers + [Int64(row.flags)]
    }

    static func isBetter(_ left: ReadingRow, _ right: ReadingRow) -> Bool {
        order(left).lexicographicallyPrecedes(order(right))
    }

    static func haveSameValues(_ left: ReadingRow, _ right: ReadingRow) -> Bool {
        (left.importWh, left.exportWh, left.quality) == (right.importWh, right.exportWh, right.quality)
    }

    /// Outcomes of rows that come in one batch: the best of each key is compared with its place, the others with the winner.
    mutating func write(_ rows: [ReadingRow]) -> OutcomeCounts {
        var counts = OutcomeCounts()
        for (key, rows) in Dictionary(grouping: rows, by: { Key(device: $0.deviceID, time: $0.measuredAt) }) {
            let sorted = rows.sorted { Self.isBetter($0, $1) }
            let best = sorted[0]
            if let stored = places[key] {
                if Self.haveSameValues(best, stored) {
                    counts.duplicate += 1
                    if Self.isBetter(best, stored) { places[key] = best }
                } else {
                    history += 1
                    if Self.isBetter(best, stored) {
                        counts.replaced += 1
                        places[key] = best
                    } else {
                        counts.superseded += 1
                    }
                }
            } else {
                counts.accepted += 1
                places[key] = best
            }
            guard let winner = places[key] else { continue }
            for loser in sorted.dropFirst() {
                if Self.haveSameValues(loser, winner) {
                    counts.duplicate += 1
                } else {
                    counts.superseded += 1
                    history += 1
                }
            }
        }
        return counts
    }

    /// As ``IngestFixture/readings()`` shows it.
    var lines: [String] {
        places.sorted { $0.key < $1.key }.map { key, row in
            let registers = [row.importWh, row.exportWh].map { $0 < 0 ? "-" : String($0) }.joined(separator: " ")
            let quality = Character(UnicodeScalar(row.quality))
            return "\(key.device)@\(key.time) \(registers) \(quality) \(row.receivedAt) \(row.flags)"
        }
    }
}
