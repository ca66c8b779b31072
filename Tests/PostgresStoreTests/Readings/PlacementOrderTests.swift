import Ingestion
import MeterReadings
import ReadingImport
import Testing

@testable import PostgresStore

/// Telemetry in any order and as often as it likes, and what people do in theirs: always the same readings.
@Suite("Order of readings by hand and telemetry", .needsPostgres)
struct PlacementOrderTests {
    private enum Act {
        case take([ReadingRow])
        case importing(FileReading)
        case discard(Int32, Int64)
    }

    private static let times: [Int64] = [0, 900, 1800]

    private static func telemetry(_ random: inout SeededGenerator) -> [ReadingRow] {
        (0..<24).map { _ in
            let device: Int32 = .random(in: 1...3, using: &random)
            return reading(
                device,
                times.randomElement(using: &random) ?? 0,
                import: .random(in: 1...2, using: &random),
                quality: ["M", "E", "F"].randomElement(using: &random) ?? "M",
                received: .random(in: 10_000...10_002, using: &random),
                interval: device == 3 ? 900 : 0
            )
        }
    }

    private static func byHand(_ random: inout SeededGenerator) -> [Act] {
        (0..<8).map { index in
            let device: Int32 = .random(in: 1...3, using: &random)
            let time = times.randomElement(using: &random) ?? 0
            if index % 3 == 2 { return .discard(device, time) }
            let quality: ReadingQuality = Bool.random(using: &random) ? .measured : .estimated
            return .importing(
                HandFixture.found(device, time, import: .random(in: 1...3, using: &random), quality: quality)
            )
        }
    }

    /// What must come out: of each place the best of all; of one that was cleared the best of what came by hand afterwards.
    private static func expected(_ telemetry: [ReadingRow], _ acts: [Act]) -> [String] {
        var rows: [ReferenceStore.Key: [ReadingRow]] = [:]
        for row in telemetry { rows[.init(device: row.deviceID, time: row.measuredAt), default: []].append(row) }
        for (index, act) in acts.enumerated() {
            switch act {
            case .take: break
            case .discard(let device, let time):
                // Telemetry of a cleared place counts no more, and what was there by hand is gone.
                rows[.init(device: device, time: IngestFixture.epoch + time * 1_000_000)] = []
            case .importing(let found):
                let device = Int32(found.device.dropFirst(6)) ?? 0
                let key = ReferenceStore.Key(device: device, time: found.reading.measuredAt)
                var row = reading(
                    device,
                    0,
                    import: found.reading.importWh ?? -1,
                    export: found.reading.exportWh ?? -1,
                    flags: 8
                )
                row.measuredAt = found.reading.measuredAt
                row.receivedAt = Int64(1_000_000 + index)
                row.quality = found.reading.quality.rawValue
                row.intervalSeconds = found.reading.intervalSeconds
                rows[key, default: []].append(row)
            }
        }
        return rows.sorted { $0.key < $1.key }.compactMap { key, rows in
            guard let row = rows.min(by: { ReferenceStore.isBetter($0, $1) }) else { return nil }
            let energies = [row.importWh, row.exportWh].map { $0 < 0 ? "-" : String($0) }.joined(separator: " ")
            let received = row.flags == 0 ? "\(row.receivedAt / 1_000_000).000000" : "by hand"
            let seconds = (key.time - IngestFixture.epoch) / 1_000_000
            let quality = Character(UnicodeScalar(row.quality))
            return "\(key.device)@\(seconds) \(energies) \(quality) \(row.flags) \(row.intervalSeconds) \(received)"
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func anyOrderGivesTheSameReadings(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        // Something in every place at the beginning, so that there is something to discard.
        let first = (1...3).flatMap { device in
            Self.times.map { reading(Int32(device), $0, import: 9, quality: "F", interval: device == 3 ? 900 : 0) }
        }
        let telemetry = Self.telemetry(&random)
        let acts = Self.byHand(&random)
        for _ in 0..<3 {
            let fixture = try HandFixture()
            // Each comes once at least, and perhaps again.
            let arrivals = (telemetry + telemetry.filter { _ in Bool.random(using: &random) }).shuffled(using: &random)
            var order = acts
            for start in stride(from: 0, to: arrivals.count, by: 5) {
                let part = Array(arrivals[start..<min(start + 5, arrivals.count)])
                order.insert(.take(part), at: .random(in: 0...order.count, using: &random))
            }
            for act in [.take(first)] + order {
                switch act {
                case .take(let rows): try fixture.ingest.write(fixture.ingest.batch(staged: rows))
                case .importing(let found): try fixture.importReadings([found])
                // What is cleared already cannot be cleared again.
                case .discard(let device, let time):
                    do { try fixture.discard(device, from: time) } catch is QueryFailure {}
                }
            }
            #expect(try fixture.table() == Self.expected(first + telemetry, acts))
            #expect(try fixture.contradictions() == [])
        }
    }
}
