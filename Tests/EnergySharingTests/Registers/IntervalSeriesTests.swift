import EnergySharing
import Testing

@Suite("Interval energy")
struct IntervalSeriesTests {
    static let second: Int64 = 1_000_000
    static let quarter: Int64 = 900 * second
    static let hour: Int64 = 3_600 * second

    /// Readings of the same length in a row, from a start in seconds on.
    private func row(from start: Int64 = 0, seconds: Int32, _ imports: [Int64?]) -> [IntervalReading] {
        imports.enumerated().compactMap { index, importWh in
            importWh.map {
                IntervalReading(
                    start: (start + Int64(index) * Int64(seconds)) * Self.second,
                    seconds: seconds,
                    importWh: $0,
                    exportWh: $0 / 2
                )
            }
        }
    }

    private func series(
        _ readings: [IntervalReading],
        decisions: [Int64: ReadingDecision] = [:]
    ) -> IntervalSeries {
        IntervalSeries(
            readings: readings.sorted { $0.start < $1.start },
            limits: ConnectionLimits(),
            decisions: Dictionary(uniqueKeysWithValues: decisions.map { ($0.key * Self.second, $0.value) })
        )
    }

    @Test("readings of the community's own length are its intervals")
    func same() {
        let found = series(row(seconds: 900, [10, 20, 30])).energies(from: 0, interval: Self.quarter, count: 3)
        #expect(
            found == [
                IntervalEnergy(importWh: 10, exportWh: 5), IntervalEnergy(importWh: 20, exportWh: 10),
                IntervalEnergy(importWh: 30, exportWh: 15),
            ]
        )
    }

    @Test("shorter ones sum up, with the worst quality of them")
    func sums() {
        var readings = row(seconds: 300, [1, 2, 3, 4, 5, 6])
        readings[4].quality = .substituted
        let found = series(readings).energies(from: 0, interval: Self.quarter, count: 2)
        #expect(found.map { $0?.importWh } == [6, 15])
        #expect(found.map { $0?.quality } == [EnergyQuality.measured, .substituted])
    }

    @Test(
        "longer ones are split by floored cumulative shares, which sum to the reading, and are estimates",
        arguments: [
            (10, [2, 3, 2, 3]), (0, [0, 0, 0, 0]), (1, [0, 0, 0, 1]), (3, [0, 1, 1, 1]), (4, [1, 1, 1, 1]),
        ] as [(Int64, [Int64])]
    )
    func splits(_ whole: Int64, _ parts: [Int64]) {
        let found = series(row(seconds: 3_600, [whole])).energies(from: 0, interval: Self.quarter, count: 4)
        #expect(found.map { $0?.importWh } == parts)
        #expect(found.allSatisfy { $0?.quality == .estimated })
    }

    @Test("the middle of a long reading, asked for alone, is what it is among the others")
    func middle() {
        let all = series(row(seconds: 3_600, [11, 13]))
        let parts = all.energies(from: 0, interval: Self.quarter, count: 8)
        for index in 0..<8 {
            #expect(
                all.energies(from: Int64(index) * Self.quarter, interval: Self.quarter, count: 1)[0] == parts[index]
            )
        }
        #expect(parts.compactMap { $0?.importWh }.reduce(0, +) == 24)
    }

    @Test("an interval of which a piece has no reading is not complete")
    func missing() {
        let found = series(row(seconds: 300, [1, 2, 3, 4, nil, 6, 7, 8, 9]))
        #expect(found.energies(from: 0, interval: Self.quarter, count: 4).map { $0?.importWh } == [6, nil, 24, nil])
        #expect(series([]).energies(from: 0, interval: Self.quarter, count: 1) == [nil])
        #expect(found.energies(from: 0, interval: Self.quarter, count: 0).isEmpty)
    }

    @Test("a register that a meter does not have counts 0")
    func oneRegister() {
        let readings = [IntervalReading(start: 0, seconds: 900, importWh: nil, exportWh: 7)]
        #expect(
            series(readings).energies(from: 0, interval: Self.quarter, count: 1) == [
                IntervalEnergy(importWh: 0, exportWh: 7)
            ]
        )
    }

    @Test("where readings overlap the longest counts, and the others are set aside")
    func overlaps() {
        let hour = row(seconds: 3_600, [8])
        let quarters = row(from: 900, seconds: 900, [100, 100, 100, 5, 6])
        let fives = row(from: 300, seconds: 300, [70])
        let found = series(hour + quarters + fives)
        #expect(found.energies(from: 0, interval: Self.hour, count: 1).map { $0?.importWh } == [8])
        #expect(found.energies(from: Self.hour, interval: Self.quarter, count: 2).map { $0?.importWh } == [5, 6])
        #expect(found.findings.map(\.kind) == [.overlap, .overlap, .overlap, .overlap])
        #expect(found.findings.map(\.from) == [300, 900, 1_800, 2_700].map { $0 * Self.second })
        #expect(found.findings.map(\.to) == [600, 1_800, 2_700, 3_600].map { $0 * Self.second })
        #expect(
            found.findings[1].detail
                == "A reading of import 100 Wh and export 50 Wh in 900 s lies in the time of one of import 8 Wh and "
                + "export 4 Wh in 3600 s, which counts. It was set aside."
        )
    }

    @Test("the longer one set aside by a person, the shorter ones count again")
    func overlapSetAside() {
        let hour = row(seconds: 3_600, [8])
        let quarters = row(from: 900, seconds: 900, [100, 100, 100])
        let found = series(hour + quarters, decisions: [0: .setAside])
        #expect(found.energies(from: 0, interval: Self.quarter, count: 4).map { $0?.importWh } == [nil, 100, 100, 100])
        #expect(found.findings.isEmpty)
        #expect(found.firstTime == Self.quarter)
    }

    @Test("more than the connection carries is noted, and counts; a decision takes the note, or the reading, away")
    func overLimit() {
        // 17,250 W × 1.2 × 15 min + 1 = 5,176 Wh.
        let readings = row(seconds: 900, [5_176, 5_177])
        let found = series(readings)
        #expect(found.energies(from: 0, interval: Self.quarter, count: 2).map { $0?.importWh } == [5_176, 5_177])
        #expect(found.findings.map(\.kind) == [.overLimit])
        #expect(found.findings.map(\.from) == [Self.quarter] && found.findings.map(\.to) == [2 * Self.quarter])
        #expect(
            found.findings[0].detail.hasPrefix(
                "A reading of 900 s has an import of 5177 Wh where the connection allows 5176 Wh. It counts."
            )
        )
        #expect(series(readings, decisions: [900: .accept]).findings.isEmpty)
        let aside = series(readings, decisions: [900: .setAside])
        #expect(aside.findings.isEmpty)
        #expect(aside.energies(from: 0, interval: Self.quarter, count: 2).map { $0?.importWh } == [5_176, nil])
    }

    @Test("energy in the trillions is split without overflow")
    func wide() {
        let whole: Int64 = 1_000_000_000_000
        let found = series(row(seconds: 3_600, [whole])).energies(from: 0, interval: Self.quarter, count: 4)
        #expect(found.compactMap { $0?.importWh }.reduce(0, +) == whole)
    }

    // MARK: Random readings

    /// Readings on the grid of their lengths, which change now and then; some missing, some in each other's time.
    private func random(_ generator: inout SeededGenerator) -> [IntervalReading] {
        var byStart: [Int64: IntervalReading] = [:]
        let lengths: [Int32] = [300, 900, 1_800, 3_600]
        for _ in 0..<generator.number(1...3) {
            let seconds = lengths.randomElement(using: &generator) ?? 900
            let from = generator.number(-8...8) * 3_600
            for index in 0..<generator.number(1...40) where !generator.oneIn(12) {
                let start = (from + index * Int64(seconds)) * Self.second
                byStart[start] = IntervalReading(
                    start: start,
                    seconds: seconds,
                    importWh: generator.number(0...4_000),
                    exportWh: generator.oneIn(5) ? nil : generator.number(0...4_000),
                    quality: EnergyQuality.allCases.randomElement(using: &generator) ?? .measured
                )
            }
        }
        return byStart.values.sorted { $0.start < $1.start }
    }

    /// Those that count, from the definition: no other one that overlaps is longer, or as long and earlier.
    private func counted(_ readings: [IntervalReading]) -> [IntervalReading] {
        readings.filter { reading in
            !readings.contains { other in
                let isOverlapping =
                    other.start < reading.start + Int64(reading.seconds) * Self.second
                    && reading.start < other.start + Int64(other.seconds) * Self.second
                let goesFirst =
                    other.seconds > reading.seconds || other.seconds == reading.seconds && other.start < reading.start
                return isOverlapping && goesFirst
            }
        }
    }

    @Test("Σ over the community's intervals = Σ of the readings that they wholly cover, and nothing is below 0")
    func telescopes() {
        var generator = SeededGenerator(seed: 21)
        var compared = 0
        for _ in 0..<LongTests.cases(1_000) {
            let readings = random(&generator)
            let interval = [Self.quarter, 2 * Self.quarter, Self.hour].randomElement(using: &generator) ?? Self.hour
            // Whole hours hold all readings wholly, or not at all.
            for hour in -8...40 {
                let from = Int64(hour) * Self.hour
                let parts = series(readings).energies(
                    from: from,
                    interval: interval,
                    count: Int(Self.hour / interval)
                )
                #expect(parts.allSatisfy { $0.map { $0.importWh >= 0 && $0.exportWh >= 0 } ?? true })
                guard !parts.contains(nil) else { continue }
                compared += 1
                let inside = counted(readings).filter { from..<from + Self.hour ~= $0.start }
                #expect(parts.compactMap { $0?.importWh }.reduce(0, +) == inside.compactMap(\.importWh).reduce(0, +))
                #expect(parts.compactMap { $0?.exportWh }.reduce(0, +) == inside.compactMap(\.exportWh).reduce(0, +))
            }
        }
        #expect(compared > 1_000)
    }

    @Test("more context than the reach changes nothing, less does")
    func context() {
        var generator = SeededGenerator(seed: 22)
        var differing = 0
        for _ in 0..<LongTests.cases(2_000) {
            let readings = random(&generator)
            var decisions: [Int64: ReadingDecision] = [:]
            for reading in readings where generator.oneIn(8) {
                decisions[reading.start] = generator.oneIn(2) ? .setAside : .accept
            }
            let from = generator.number(-4...40) * Self.quarter
            let until = from + generator.number(1...8) * Self.quarter
            func result(_ before: Int64, _ after: Int64) -> ([IntervalEnergy?], [ReadingFinding]) {
                let some = readings.filter { $0.start > from - before && $0.start < until + after }
                let series = IntervalSeries(readings: some, limits: ConnectionLimits(), decisions: decisions)
                return (
                    series.energies(from: from, interval: Self.quarter, count: Int((until - from) / Self.quarter)),
                    series.findings.filter { $0.from <= until && $0.to >= from }
                )
            }
            let all = result(1_000 * Self.hour, 1_000 * Self.hour)
            #expect(result(2 * IntervalSeries.reach, IntervalSeries.reach) == all)
            if result(0, 0) != all { differing += 1 }
        }
        #expect(differing > 0, "the test above cannot fail")
    }

    @Test("readings off the grid are never counted twice, and what they leave out is not complete")
    func unaligned() {
        var generator = SeededGenerator(seed: 23)
        for _ in 0..<LongTests.cases(500) {
            var byStart: [Int64: IntervalReading] = [:]
            for _ in 0..<30 {
                let start = generator.number(0...14_400) * Self.second
                let seconds = Int32(generator.number(1...3_600))
                byStart[start] = IntervalReading(start: start, seconds: seconds, importWh: 3_600, exportWh: nil)
            }
            let readings = byStart.values.sorted { $0.start < $1.start }
            let found = series(readings).energies(from: 0, interval: 7 * Self.second, count: 2_600)
            let sum = found.compactMap { $0?.importWh }.reduce(0, +)
            #expect(sum <= counted(readings).count * 3_600)
        }
    }

    @Test("the pieces of an interval make its energy")
    func explained() {
        var generator = SeededGenerator(seed: 62)
        var known = 0
        for _ in 0..<LongTests.cases(500) {
            let lengths: [Int32] = [300, 900, 1_800, 3_600]
            var readings: [IntervalReading] = []
            var start: Int64 = 0
            for _ in 0..<12 {
                let seconds = lengths.randomElement(using: &generator) ?? 900
                if !generator.oneIn(8) {
                    readings += row(from: start, seconds: seconds, [generator.number(0...10_000)])
                }
                start += Int64(seconds)
            }
            let series = series(readings)
            let interval = generator.oneIn(2) ? Self.quarter : Self.hour
            let from = generator.number(-2...20) * Self.quarter
            let trace = series.explain(from: from, interval: interval)
            #expect(trace.energy == series.energies(from: from, interval: interval, count: 1)[0])
            #expect((trace.energy != nil) == (trace.covered == interval))
            guard let energy = trace.energy else { continue }
            known += 1
            #expect(energy.importWh == trace.pieces.reduce(0) { $0 + $1.importWh })
            #expect(energy.exportWh == trace.pieces.reduce(0) { $0 + $1.exportWh })
            #expect(trace.pieces.allSatisfy { from <= $0.from && $0.until <= from + interval })
            for piece in trace.pieces {
                let (wh, length) = (Int128(piece.reading.importWh ?? 0), Int128(piece.reading.seconds) * 1_000_000)
                let (left, right) = (
                    Int128(piece.from - piece.reading.start), Int128(piece.until - piece.reading.start)
                )
                #expect(Int128(piece.importWh) == wh * right / length - wh * left / length)
            }
        }
        #expect(known > 100)
    }
}
