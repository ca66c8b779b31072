import EnergySharing
import Testing

@Suite("Register energy, random readings")
struct RegisterSeriesPropertyTests {
    static let quarter = RandomReadings.quarter

    /// An edge on the grid, near one of the readings.
    private func edge(near reading: RegisterReading) -> Int64 {
        reading.time / Self.quarter * Self.quarter
    }

    @Test("equals the plain definition", arguments: RandomReadings.Reporting.allCases)
    func plain(_ reporting: RandomReadings.Reporting) throws {
        var generator = SeededGenerator(seed: 11)
        var known = 0
        for _ in 0..<LongTests.cases(150) {
            var random = RandomReadings(
                count: Int(generator.number(1...16)),
                reporting: reporting,
                troubles: generator.number(0...6),
                using: &generator
            )
            if generator.oneIn(2) { random.judge(oneIn: generator.number(2...6), using: &generator) }
            let series = random.series
            let reference = PlainRegisters(
                readings: random.readings,
                limits: random.limits,
                epochs: random.epochs.shuffled(using: &generator),
                decisions: random.decisions
            )
            let interval = generator.oneIn(4) ? Self.quarter * 4 : Self.quarter
            let from = -2 * interval
            let count = Int(generator.number(0...24))
            let energies = series.energies(from: from, interval: interval, count: count)
            try #require(energies.count == count)
            for (index, energy) in energies.enumerated() {
                let start = from + Int64(index) * interval
                #expect(energy == reference.energy(from: start, to: start + interval))
                if energy != nil { known += 1 }
            }
        }
        #expect(known > 150, "the test has met hardly any interval with a value")
    }

    @Test("intervals sum to what passed between the outer edges", arguments: RandomReadings.Reporting.allCases)
    func telescopes(_ reporting: RandomReadings.Reporting) throws {
        var generator = SeededGenerator(seed: 12)
        var compared = 0
        for _ in 0..<LongTests.cases(1_000) {
            var random = RandomReadings(
                count: 24,
                reporting: reporting,
                troubles: generator.number(0...8),
                using: &generator
            )
            if generator.oneIn(2) { random.judge(oneIn: generator.number(2...6), using: &generator) }
            let series = random.series
            let from = edge(near: random.readings[5]) + generator.number(0...Self.quarter)
            let count = Int(generator.number(1...40))
            let parts = series.energies(from: from, interval: Self.quarter, count: count)
            let whole = series.energies(from: from, interval: Self.quarter * Int64(count), count: 1)
            guard let whole = whole[0], !parts.contains(nil) else { continue }
            compared += 1
            // Where a register is silent throughout, parts and whole count it 0 alike; where it begins or ends between,
            // one is nil.
            #expect(parts.compactMap { $0?.importWh }.reduce(0, +) == whole.importWh)
            #expect(parts.compactMap { $0?.exportWh }.reduce(0, +) == whole.exportWh)
            #expect(parts.allSatisfy { ($0?.importWh ?? -1) >= 0 && ($0?.exportWh ?? -1) >= 0 })
        }
        #expect(compared > 100)
    }

    @Test("without troubles, the sum is the difference of the registers themselves, over any gap")
    func telescopesToTheRegisters() throws {
        var generator = SeededGenerator(seed: 13)
        for _ in 0..<LongTests.cases(1_000) {
            let interval = generator.number(1...4 * Self.quarter)
            let count = generator.number(1...50)
            let end = interval * count
            var times = Set((0..<generator.number(0...30)).map { _ in generator.number(1...max(end - 1, 1)) })
            times.formUnion([0, end])
            var total: Int64 = 0
            let readings = times.sorted().map { time in
                total += generator.number(0...1_000)
                return RegisterReading(time: time, importWh: total, exportWh: total / 3)
            }
            let series = RegisterSeries(readings: readings, limits: ConnectionLimits())
            #expect(series.findings.isEmpty)
            let energies = series.energies(from: 0, interval: interval, count: Int(count))
            let first = try #require(readings[0].importWh)
            #expect(energies.compactMap { $0?.importWh }.reduce(0, +) == total - first)
            #expect(energies.compactMap { $0?.exportWh }.reduce(0, +) == total / 3 - first / 3)
            #expect(!energies.contains(nil))
        }
    }

    /// The readings that a span needs: all inside, and on either side so many that each register is in `context` of
    /// them.
    private func needed(_ readings: [RegisterReading], _ from: Int64, _ to: Int64, context: Int) -> [RegisterReading] {
        func enough(_ side: some Collection<RegisterReading>) -> Int {
            var imports = 0
            var exports = 0
            for (index, reading) in side.enumerated() {
                if reading.importWh != nil { imports += 1 }
                if reading.exportWh != nil { exports += 1 }
                if min(imports, exports) >= context { return index + 1 }
            }
            return side.count
        }
        let before = readings.filter { $0.time < from }
        let inside = readings.filter { from...to ~= $0.time }
        let after = readings.filter { $0.time > to }
        return before.suffix(enough(before.reversed())) + inside + after.prefix(enough(after))
    }

    /// How often a span came out differently with that much context than with all readings.
    private func differences(context: Int, reporting: RandomReadings.Reporting, seed: UInt64) -> Int {
        var generator = SeededGenerator(seed: seed)
        var differing = 0
        for _ in 0..<LongTests.cases(1_000) {
            var random = RandomReadings(
                count: 40,
                reporting: reporting,
                troubles: generator.number(2...6),
                using: &generator
            )
            if generator.oneIn(2) { random.judge(oneIn: generator.number(2...6), using: &generator) }
            let from = edge(near: random.readings[Int(generator.number(0...25))])
            let count = Int(generator.number(1...6))
            let until = from + Int64(count) * Self.quarter
            let some = random.series(of: needed(random.counted, from, until, context: context))
            let all = random.series
            func touching(_ series: RegisterSeries) -> [ReadingFinding] {
                series.findings.filter { $0.to >= from && $0.from <= until }
            }
            if some.energies(from: from, interval: Self.quarter, count: count)
                != all.energies(from: from, interval: Self.quarter, count: count)
                || touching(some) != touching(all)
            {
                differing += 1
            }
        }
        return differing
    }

    @Test("more context than four readings changes nothing", arguments: RandomReadings.Reporting.allCases)
    func context(_ reporting: RandomReadings.Reporting) {
        #expect(differences(context: RegisterSeries.context, reporting: reporting, seed: 14) == 0)
    }

    @Test("less context does change results, so the test above can fail")
    func tooLittleContext() {
        #expect(differences(context: 1, reporting: .both, seed: 14) > 0)
        #expect(differences(context: 2, reporting: .both, seed: 14) > 0)
    }

    @Test("a new reading reaches the third reading on either side at most, and only its neighbours if nothing breaks")
    func reach() {
        var generator = SeededGenerator(seed: 15)
        var farther = 0
        for _ in 0..<LongTests.cases(1_000) {
            var random = RandomReadings(count: 28, troubles: generator.number(2...6), using: &generator)
            let isJudged = generator.oneIn(2)
            if isJudged { random.judge(oneIn: generator.number(3...6), using: &generator) }
            // Readings that somebody set aside are no neighbours.
            let readings = random.counted
            guard readings.count >= 20 else { continue }
            let position = Int(generator.number(6...13))
            var without = readings
            without.remove(at: position)
            let interval = RandomReadings.second * 300
            let from = readings[0].time
            let count = Int((readings[19].time - from) / interval)
            let after = random.series(of: readings).energies(from: from, interval: interval, count: count)
            let before = random.series(of: without).energies(from: from, interval: interval, count: count)
            let isCalm =
                !isJudged
                && (position - 1...position + 2).allSatisfy { index in
                    !RegisterSeries.isBreak(from: readings[index - 1], to: readings[index], limits: random.limits)
                }
            let width = isCalm ? 1 : 3
            for index in 0..<count where after[index] != before[index] {
                let start = from + Int64(index) * interval
                #expect(start + interval > readings[position - width].time && start < readings[position + width].time)
                if start < readings[position - 1].time { farther += 1 }
            }
        }
        #expect(farther > 0, "no case reached beyond a neighbour: the test shows nothing")
    }

    @Test("outliers are never adjacent, and set aside they leave no trace")
    func outliers() {
        var generator = SeededGenerator(seed: 16)
        var seen = 0
        for _ in 0..<LongTests.cases(1_000) {
            var random = RandomReadings(count: 24, troubles: generator.number(2...5), using: &generator)
            if generator.oneIn(2) { random.judge(oneIn: generator.number(3...6), using: &generator) }
            let series = random.series
            let outliers = Set(series.findings.filter { $0.kind == .outlier }.map(\.from))
            seen += outliers.count
            for (left, right) in zip(random.counted, random.counted.dropFirst()) {
                #expect(!(outliers.contains(left.time) && outliers.contains(right.time)))
            }
            for finding in series.findings where finding.kind != .outlier {
                #expect(!outliers.contains(finding.from) && !outliers.contains(finding.to))
                #expect(random.decisions[finding.from] != .setAside && random.decisions[finding.to] == nil)
            }
        }
        #expect(seen > 50)
    }
}
