import EnergySharing

/// Readings of a meter's troubled life: gaps, repeats of the same value, single wrong readings, exchanges, rollovers,
/// missing registers.
struct RandomReadings {
    /// Which registers the readings report.
    enum Reporting: CaseIterable { case both, importOnly, exportOnly, mixed }

    static let second: Int64 = 1_000_000
    static let quarter: Int64 = 900 * second

    var readings: [RegisterReading]
    var limits: ConnectionLimits
    var epochs: [MeterEpoch] = []
    var decisions: [Int64: ReadingDecision] = [:]

    /// What the meter's readings say, by all that is known of it.
    var series: RegisterSeries { series(of: readings) }

    /// What some of its readings say, by all that is known of it.
    func series(of some: [RegisterReading]) -> RegisterSeries {
        RegisterSeries(readings: some, limits: limits, epochs: epochs, decisions: decisions)
    }

    /// The readings that nobody set aside.
    var counted: [RegisterReading] { readings.filter { decisions[$0.time] != .setAside } }

    /// Adds exchanges and decisions: one in so many readings has one.
    mutating func judge(oneIn times: Int64, using generator: inout SeededGenerator) {
        var offsets: (Int64, Int64) = (0, 0)
        for (index, reading) in readings.enumerated() {
            if generator.oneIn(times) { decisions[reading.time] = generator.oneIn(2) ? .setAside : .accept }
            guard generator.oneIn(times * 2) else { continue }
            // At the reading, or somewhere before it.
            let before = index > 0 ? readings[index - 1].time : reading.time - 10
            let at = generator.oneIn(2) ? reading.time : generator.number(before...reading.time)
            guard at > (epochs.last?.validFrom ?? .min) else { continue }
            // Mostly what the registers say; sometimes anything.
            let isFitting = index > 0 && !generator.oneIn(4)
            let last = index > 0 ? readings[index - 1] : reading
            if generator.oneIn(2) {
                offsets.0 +=
                    isFitting ? (last.importWh ?? 0) - (reading.importWh ?? 0) : generator.number(-9_999...9_999)
            }
            if generator.oneIn(2) {
                offsets.1 +=
                    isFitting ? (last.exportWh ?? 0) - (reading.exportWh ?? 0) : generator.number(-9_999...9_999)
            }
            epochs.append(
                MeterEpoch(
                    validFrom: at,
                    importOffsetWh: offsets.0,
                    exportOffsetWh: offsets.1,
                    importContinues: !generator.oneIn(4),
                    exportContinues: !generator.oneIn(4)
                )
            )
        }
    }

    /// Makes `count` readings from about `start` on; `troubles`: one reading in how many is wrong somehow (0: none).
    init(
        count: Int,
        from start: Int64 = 0,
        reporting: Reporting = .both,
        troubles: Int64,
        using generator: inout SeededGenerator
    ) {
        var limits = ConnectionLimits(connectionWatts: [3_000, 17_250, 43_470].randomElement(using: &generator) ?? 0)
        if generator.oneIn(2) { limits.inverterWatts = generator.number(500...10_000) }
        if generator.oneIn(2) { limits.registerDigits = Int(generator.number(2...6)) }
        let cap = limits.registerDigits.map { digits in (0..<digits).reduce(Int64(1_000)) { power, _ in power * 10 } }
        func wrapped(_ value: Int64) -> Int64 { cap.map { value % $0 } ?? value }

        var time = start
        var imported = generator.number(0...(cap ?? 1_000_000_000))
        var exported = generator.number(0...(cap ?? 1_000_000_000))
        var readings: [RegisterReading] = []
        var flips: Int64 = 0
        for _ in 0..<count {
            let step = Self.step(using: &generator)
            time += step
            // Up to the connection's power itself, so that a step without trouble is never a break.
            let exportWatts = limits.inverterWatts ?? limits.connectionWatts
            imported +=
                generator.oneIn(3) ? 0 : generator.number(0...limits.connectionWatts) * (step / Self.second) / 3_600
            exported += generator.oneIn(2) ? 0 : generator.number(0...exportWatts) * (step / Self.second) / 3_600
            if troubles > 0, generator.oneIn(troubles * 2) {
                imported = generator.number(0...1_000_000)  // an exchange
                exported = generator.number(0...1_000_000)
            }
            var reading = RegisterReading(
                time: time,
                importWh: wrapped(imported),
                exportWh: wrapped(exported),
                quality: generator.oneIn(5)
                    ? EnergyQuality.allCases.randomElement(using: &generator) ?? .measured : .measured
            )
            if troubles > 0, generator.oneIn(troubles) {
                let wrong = generator.number(0...2_000_000_000)
                if generator.oneIn(2) { reading.importWh = wrong } else { reading.exportWh = wrong }
            }
            // Two meters that report under one name, in turns or nearly so: candidates side by side.
            if troubles > 0, flips == 0, generator.oneIn(troubles * 3) { flips = generator.number(2...6) }
            if flips > 0 {
                flips -= 1
                if flips % 2 == 0 || generator.oneIn(6) { reading.importWh = imported + 77_000_000 }
            }
            readings.append(reading)
        }
        for index in readings.indices {
            switch reporting {
            case .both: break
            case .importOnly: readings[index].exportWh = nil
            case .exportOnly: readings[index].importWh = nil
            case .mixed:
                let kind = generator.number(1...4)
                if kind == 1 { readings[index].importWh = nil }
                if kind == 2 || kind == 3 { readings[index].exportWh = nil }
            }
        }
        self.readings = readings
        self.limits = limits
    }

    /// Time to the next reading: on the grid, off it, seconds only, or a gap.
    private static func step(using generator: inout SeededGenerator) -> Int64 {
        switch generator.number(1...10) {
        case 1...5: quarter
        case 6: generator.number(1...quarter / second) * second
        case 7: 10 * second
        case 8: generator.number(1...quarter)
        case 9: quarter * generator.number(2...12)
        default: 4 * quarter
        }
    }
}
