import Ingestion

/// Readings of a few meters over some hours: mostly in order of time, some late, a few wrong.
enum OrderStream {
    /// 2016-08-01T00:00:00Z.
    static let start = IngestFixture.epoch
    static let minute: Int64 = 60_000_000
    static let meters = 5
    /// The meter of kind interval.
    static let interval = 4
    static let hours = 40

    /// One reading on its way, before the registry gives its device a number.
    struct Arrival {
        var meter: Int
        var row: ReadingRow
    }

    /// Readings of all meters in the order in which the hub got them: mostly in order of time, some late, a few wrong.
    static func arrivals(_ random: inout SeededGenerator) -> [Arrival] {
        var arrivals: [Arrival] = []
        for meter in 0..<meters where meter != interval {
            var time = start + Int64.random(in: 0..<600, using: &random) * minute
            var (importWh, exportWh): (Int64, Int64) = (1_000_000, 500_000)
            while time < start + Int64(hours) * 60 * minute {
                let step = Int64([15, 15, 30, 30, 30, 45, 100].randomElement(using: &random) ?? 30)
                time += step * minute
                importWh += Int64.random(in: 0...step * 100, using: &random)
                exportWh += Int64.random(in: 0...step * 60, using: &random)
                var read = importWh
                switch Int.random(in: 0..<40, using: &random) {
                case 0: read += 5_000_000  // one wrong reading
                case 1: importWh = 10  // another meter from here on
                default: break
                }
                let isLate = Int.random(in: 0..<6, using: &random) == 0
                let delay = Int64.random(in: 0..<(isLate ? 30 * 60 : 3), using: &random)
                arrivals.append(
                    Arrival(
                        meter: meter,
                        row: ReadingRow(
                            deviceID: 0,
                            measuredAt: time,
                            importWh: read,
                            exportWh: exportWh,
                            quality: Int.random(in: 0..<12, using: &random) == 0 ? 0x45 : 0x4D,
                            flags: 0,
                            receivedAt: time + delay * minute,
                            previousAt: .min,
                            partitionIndex: Int32(meter % 2)
                        )
                    )
                )
            }
        }
        arrivals += intervals(&random)
        // The partitions are not read evenly: the second is hours behind the first.
        let lag = Int64.random(in: 0..<20 * 60, using: &random) * minute
        func place(_ arrival: Arrival) -> Int64 { arrival.row.receivedAt + (arrival.row.partitionIndex == 1 ? lag : 0) }
        return arrivals.sorted { place($0) < place($1) }
    }

    /// Energy of quarters, with holes; some hours are told as a whole, too, in the time of which quarters lie.
    private static func intervals(_ random: inout SeededGenerator) -> [Arrival] {
        var arrivals: [Arrival] = []
        for quarter in Int64.random(in: 10...40, using: &random)..<Int64(hours * 4) {
            if Int.random(in: 0..<15, using: &random) == 0 { continue }
            let isHour = quarter % 4 == 0 && Int.random(in: 0..<5, using: &random) == 0
            let time = start + quarter * 15 * minute
            let delay = Int64.random(in: 0..<(Int.random(in: 0..<6, using: &random) == 0 ? 30 * 60 : 3), using: &random)
            arrivals.append(
                Arrival(
                    meter: interval,
                    row: ReadingRow(
                        deviceID: 0,
                        measuredAt: time,
                        importWh: Int64.random(in: 0...(isHour ? 12_000 : 5_500), using: &random),
                        exportWh: Int64.random(in: 0...500, using: &random),
                        quality: [0x4D, 0x4D, 0x4D, 0x45, 0x46][Int.random(in: 0..<5, using: &random)],
                        flags: 0,
                        receivedAt: time + 60 * minute + delay * minute,
                        previousAt: .min,
                        partitionIndex: Int32(interval % 2),
                        intervalSeconds: isHour ? 3_600 : 900
                    )
                )
            )
        }
        return arrivals
    }
}
