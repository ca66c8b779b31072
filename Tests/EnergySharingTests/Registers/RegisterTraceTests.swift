import EnergySharing
import Testing

@Suite("How an interval's energy came about")
struct RegisterTraceTests {
    static let quarter = RandomReadings.quarter
    static let minute: Int64 = 60_000_000

    private func reading(_ minutes: Int64, _ importWh: Int64?, _ exportWh: Int64? = nil) -> RegisterReading {
        RegisterReading(time: minutes * Self.minute, importWh: importWh, exportWh: exportWh)
    }

    private func series(_ readings: [RegisterReading], epochs: [MeterEpoch] = []) -> RegisterSeries {
        RegisterSeries(
            readings: readings,
            limits: ConnectionLimits(registerDigits: 4),
            epochs: epochs
        )
    }

    /// R(b) with a pencil, from what the trace shows; `nil` where it shows too little.
    private func register(_ edge: RegisterTrace.Edge) -> Int128? {
        guard let before = edge.before, let after = edge.after else { return nil }
        let (r1, r2) = (Int128(before.runningWh), Int128(after.runningWh))
        if before.time == edge.time { return r1 }
        let (passed, span) = (Int128(edge.time - before.time), Int128(after.time - before.time))
        return r1 + (r2 - r1) * passed / span
    }

    @Test("the worked example: 100 Wh in 15 minutes, cut after 10 and 5 minutes")
    func example() throws {
        let trace = series([reading(-10, 1_000, 7), reading(5, 1_100, 7), reading(20, 1_130, 9)])
            .explain(from: 0, interval: Self.quarter).imported
        #expect(trace.start.before?.shownWh == 1_000 && trace.start.after?.shownWh == 1_100)
        #expect(trace.start.registerWh == 1_066)
        #expect(trace.end.registerWh == 1_120)
        #expect(trace.energyWh == 54)
        #expect(trace.turns.isEmpty && !trace.isSilent)
        #expect(trace.start.quality == .measured)
    }

    @Test("a reading at the edge is on both sides of it")
    func atTheEdge() {
        let trace = series([reading(0, 10), reading(15, 20)]).explain(from: 0, interval: Self.quarter)
        #expect(trace.imported.start.before == trace.imported.start.after)
        #expect(trace.imported.energyWh == 10)
        #expect(trace.exported.isSilent && trace.exported.start.before == nil)
        #expect(trace.energy == IntervalEnergy(importWh: 10, exportWh: 0))
    }

    @Test("where a side is missing nothing is known")
    func missing() {
        let trace = series([reading(0, 10), reading(10, 20)]).explain(from: 0, interval: Self.quarter)
        #expect(trace.imported.end.before?.shownWh == 20 && trace.imported.end.after == nil)
        #expect(trace.imported.energyWh == nil && trace.energy == nil)
        let none = series([]).explain(from: 0, interval: Self.quarter)
        #expect(none.imported.start.before == nil && none.imported.start.after == nil && none.energy == nil)
    }

    @Test("an exchange, a rollover and a break show as turns, and the register runs on")
    func turns() throws {
        let epoch = MeterEpoch(validFrom: 5 * Self.minute, importOffsetWh: 990, importContinues: true)
        let exchanged = series([reading(0, 1_000), reading(15, 30)], epochs: [epoch])
            .explain(from: 0, interval: Self.quarter).imported
        #expect(exchanged.turns.map(\.kind) == [.exchange])
        #expect(exchanged.end.after?.shownWh == 30 && exchanged.end.after?.runningWh == 1_020)
        #expect(exchanged.energyWh == 20 && exchanged.turns.first?.passedWh == 20)

        let rolled = series([reading(0, 9_999_990), reading(15, 30)]).explain(from: 0, interval: Self.quarter).imported
        #expect(rolled.turns.map(\.kind) == [.rollover])
        #expect(rolled.end.registerWh == 10_000_030 && rolled.energyWh == 40)

        let broken = series([reading(-15, 1_000), reading(0, 1_010), reading(15, 30), reading(30, 50)])
        let trace = broken.explain(from: 0, interval: Self.quarter)
        #expect(trace.imported.turns.map(\.kind) == [.uncounted])
        #expect(trace.imported.energyWh == 0 && trace.energy?.quality == .estimated)
        // Before it and after it there is nothing to tell.
        #expect(broken.explain(from: -Self.quarter, interval: Self.quarter).imported.turns.isEmpty)
        let after = broken.explain(from: Self.quarter, interval: Self.quarter).imported
        #expect(after.turns.isEmpty && after.start.registerWh == 30 && after.energyWh == 20)
    }

    @Test("the integers shown make the energy that is settled", arguments: RandomReadings.Reporting.allCases)
    func random(_ reporting: RandomReadings.Reporting) throws {
        var generator = SeededGenerator(seed: 61)
        var (known, turned) = (0, 0)
        for _ in 0..<LongTests.cases(400) {
            var random = RandomReadings(
                count: Int(generator.number(1...16)),
                reporting: reporting,
                troubles: generator.number(0...6),
                using: &generator
            )
            if generator.oneIn(2) { random.judge(oneIn: generator.number(2...6), using: &generator) }
            let series = random.series
            let start = (Int64.random(in: -2...30, using: &generator)) * Self.quarter
            let interval = generator.oneIn(4) ? Self.quarter * 4 : Self.quarter
            let trace = series.explain(from: start, interval: interval)
            #expect(trace.energy == series.energies(from: start, interval: interval, count: 1)[0])
            for (side, value) in [
                (trace.imported, { (reading: RegisterReading) in reading.importWh }),
                (trace.exported, { (reading: RegisterReading) in reading.exportWh }),
            ] {
                for edge in [side.start, side.end] {
                    #expect(edge.registerWh.map { Int128($0) } == register(edge))
                    for point in [edge.before, edge.after].compactMap({ $0 }) {
                        let reading = try #require(random.readings.first { $0.time == point.time })
                        #expect(value(reading) == point.shownWh && reading.quality == point.quality)
                        #expect(random.decisions[point.time] != .setAside)
                    }
                }
                #expect(side.start.before.map { $0.time <= start } ?? true)
                #expect(side.end.after.map { $0.time >= start + interval } ?? true)
                // Running and shown register part at turns, and nowhere else.
                let points = [side.start.before, side.start.after, side.end.before, side.end.after].compactMap { $0 }
                    .sorted { $0.time < $1.time }
                if let first = points.first { #expect(first.runningWh == first.shownWh) }
                for (from, to) in zip(points, points.dropFirst()) {
                    let parted = (to.runningWh - from.runningWh) - (to.shownWh - from.shownWh)
                    let told = side.turns.filter { $0.from.time >= from.time && $0.to.time <= to.time }
                        .reduce(0) { $0 + $1.passedWh - ($1.to.shownWh - $1.from.shownWh) }
                    #expect(parted == told)
                }
                turned += side.turns.count
            }
            guard let energy = trace.energy else { continue }
            known += 1
            #expect(energy.importWh == trace.imported.energyWh ?? 0)
            #expect(energy.exportWh == trace.exported.energyWh ?? 0)
            #expect(trace.imported.energyWh != nil || trace.imported.isSilent)
            #expect(trace.exported.energyWh != nil || trace.exported.isSilent)
        }
        #expect(known > 50 && turned > 20, "the test has met hardly anything: \(known), \(turned)")
    }
}
