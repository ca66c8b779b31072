import EnergySharing
import Testing

@Suite("Register energy")
struct RegisterSeriesTests {
    static let hour: Int64 = 3_600_000_000
    static let quarter: Int64 = 900_000_000

    /// Readings at whole hours from 0 on.
    private func hourly(_ imports: [Int64?], _ exports: [Int64?]? = nil) -> [RegisterReading] {
        imports.indices.map { index in
            RegisterReading(
                time: Int64(index) * Self.hour,
                importWh: imports[index],
                exportWh: exports.map { $0[index] } ?? nil
            )
        }
    }

    private func energies(
        _ readings: [RegisterReading],
        limits: ConnectionLimits = ConnectionLimits(),
        from: Int64 = 0,
        interval: Int64 = hour,
        count: Int
    ) -> [IntervalEnergy?] {
        RegisterSeries(readings: readings, limits: limits).energies(from: from, interval: interval, count: count)
    }

    @Test("readings at the edges: their difference")
    func atTheEdges() {
        #expect(
            energies(hourly([1_000, 1_500, 1_501], [7, 7, 2_007]), count: 3) == [
                IntervalEnergy(importWh: 500, exportWh: 0), IntervalEnergy(importWh: 1, exportWh: 2_000), nil,
            ]
        )
    }

    @Test("between readings the register is interpolated and rounded down")
    func interpolation() {
        // 10 Wh over three hours from 100: 100, 103.33, 106.67, 110.
        let readings = [
            RegisterReading(time: 0, importWh: 100, exportWh: nil),
            RegisterReading(time: 3 * Self.hour, importWh: 110, exportWh: nil),
        ]
        let found = energies(readings, count: 3)
        #expect(found.map { $0?.importWh } == [3, 3, 4])
        #expect(found.map { $0?.quality } == [.estimated, .estimated, .estimated])
    }

    @Test("an edge on the way between two readings no further apart than an interval keeps their quality")
    func interpolatedQuality() {
        let shift = Self.hour / 4
        let readings = (0..<4).map { index in
            RegisterReading(
                time: Int64(index) * Self.hour + shift,
                importWh: Int64(index) * 400,
                exportWh: nil,
                quality: index == 3 ? .substituted : .measured
            )
        }
        let found = energies(readings, from: Self.hour, count: 2)
        #expect(
            found == [
                IntervalEnergy(importWh: 400, exportWh: 0, quality: .measured),
                IntervalEnergy(importWh: 400, exportWh: 0, quality: .substituted),
            ]
        )
        // The same spans are longer than a quarter of an hour.
        #expect(energies(readings, from: Self.hour, interval: Self.quarter, count: 1)[0]?.quality == .estimated)
    }

    @Test("the worse of the two edges", arguments: EnergyQuality.allCases, EnergyQuality.allCases)
    func quality(_ first: EnergyQuality, _ second: EnergyQuality) {
        let readings = [
            RegisterReading(time: 0, importWh: 0, exportWh: 0, quality: first),
            RegisterReading(time: Self.hour, importWh: 1, exportWh: 0, quality: second),
        ]
        #expect(energies(readings, count: 1)[0]?.quality == max(first, second))
    }

    @Test("an interval without a reading before it or after it has no value")
    func open() {
        let readings = hourly([0, 10, 20])
        #expect(energies(readings, from: -Self.hour, count: 4).map { $0?.importWh } == [nil, 10, 10, nil])
        #expect(energies(readings, from: -Self.hour / 2, count: 3).map { $0?.importWh } == [nil, 10, nil])
        #expect(energies([], count: 2) == [nil, nil])
        #expect(energies(readings, count: 0).isEmpty)
        let single = [RegisterReading(time: 0, importWh: 5, exportWh: 5)]
        #expect(energies(single, from: -Self.hour, count: 2) == [nil, nil])
    }

    @Test("products beyond 64 bits: a year's gap in a register near 10¹² Wh")
    func wide() {
        let year = 8_760 * Self.hour
        let readings = [
            RegisterReading(time: 0, importWh: 1, exportWh: nil),
            RegisterReading(time: year, importWh: 1_000_000_000_000, exportWh: nil),
        ]
        let limits = ConnectionLimits(connectionWatts: 1_000_000_000)
        let found = energies(readings, limits: limits, count: 8_760).compactMap { $0?.importWh }
        // Edge k is ⌊999,999,999,999 · k / 8,760⌋.
        #expect(found.prefix(3) == [114_155_251, 114_155_251, 114_155_251])
        #expect(found.reduce(0, +) == 999_999_999_999)
        #expect(Set(found) == [114_155_251, 114_155_252])
    }

    @Test("a meter exchange: no energy crosses, both sides stay, one finding")
    func exchange() {
        let readings = hourly([5_000_000, 5_001_000, 12, 512, 1_012], [900, 950, 3, 13, 23])
        let series = RegisterSeries(readings: readings, limits: ConnectionLimits())
        #expect(series.energies(from: 0, interval: Self.hour, count: 4).map { $0?.importWh } == [1_000, 0, 500, 500])
        #expect(series.energies(from: 0, interval: Self.hour, count: 4).map { $0?.exportWh } == [50, 0, 10, 10])
        #expect(series.findings.map(\.kind) == [.reset])
        #expect(series.findings.map(\.from) == [Self.hour])
        #expect(series.findings.map(\.to) == [2 * Self.hour])
        #expect(
            series.findings[0].detail.hasPrefix(
                "The import register fell from 5001000 Wh to 12 Wh; The export register fell from 950 Wh to 3 Wh."
            )
        )
    }

    @Test("a break in one register is a break in both")
    func bothRegisters() {
        let readings = hourly([1_000, 1_100, 50, 150], [10, 20, 30, 40])
        #expect(
            energies(readings, count: 3) == [
                IntervalEnergy(importWh: 100, exportWh: 10),
                IntervalEnergy(importWh: 0, exportWh: 0, quality: .estimated),
                IntervalEnergy(importWh: 100, exportWh: 10),
            ]
        )
    }

    @Test("an interval in which energy is missing because of a break is estimated, its neighbours are not")
    func missingEnergy() {
        let found = energies(hourly([1_000, 1_100, 50, 150]), interval: Self.hour / 2, count: 6)
        #expect(found.map { $0?.importWh } == [50, 50, 0, 0, 50, 50])
        // Readings lie further apart than these intervals, so all edges between them are estimates.
        #expect(
            found.map { $0?.quality } == [
                EnergyQuality.estimated, .estimated, .estimated, .estimated, .estimated, .estimated,
            ]
        )
        let whole = energies(hourly([1_000, 1_100, 50, 150]), count: 3)
        #expect(whole.map { $0?.quality } == [EnergyQuality.measured, .estimated, .measured])
        let around = energies(hourly([1_000, 1_100, 50, 150]), from: Self.hour / 2, interval: Self.hour, count: 2)
        #expect(around.map { $0?.quality } == [EnergyQuality.estimated, .estimated])
    }

    @Test("inside the span of a break the register stands still")
    func standsStill() {
        let found = energies(hourly([1_000, 1_100, 50, 150]), from: Self.hour, interval: Self.quarter, count: 5)
        #expect(found.map { $0?.importWh } == [0, 0, 0, 0, 25])
    }

    @Test("one wrong reading is set aside, and the edge at it interpolated", arguments: [0, 12, 1_000_000] as [Int64])
    func outlier(_ wrong: Int64) {
        let series = RegisterSeries(
            readings: hourly([50_000, 50_100, wrong, 50_300, 50_400]),
            limits: ConnectionLimits()
        )
        let found = series.energies(from: 0, interval: Self.hour, count: 4)
        #expect(found.map { $0?.importWh } == [100, 100, 100, 100])
        #expect(found.map { $0?.quality } == [.measured, .estimated, .estimated, .measured])
        #expect(series.findings.map(\.kind) == [.outlier])
        #expect(series.findings.map(\.from) == [2 * Self.hour] && series.findings.map(\.to) == [2 * Self.hour])
        #expect(
            series.findings[0].detail.hasPrefix(
                "A reading of import \(wrong) Wh (before: 50100 Wh, after: 50300 Wh) fits neither"
            )
        )
    }

    @Test("an outlier in one register sets the whole reading aside")
    func outlierOfBoth() {
        let found = energies(hourly([100, 200, 300, 400], [10, 20, 999_999, 40]), count: 3)
        #expect(found.map { $0?.importWh } == [100, 100, 100])
        #expect(found.map { $0?.exportWh } == [10, 10, 10])
    }

    @Test("a dip that the next reading can have come from is a break, not an outlier")
    func smallDip() {
        let series = RegisterSeries(readings: hourly([1_000, 1_100, 900, 1_200]), limits: ConnectionLimits())
        #expect(series.energies(from: 0, interval: Self.hour, count: 3).map { $0?.importWh } == [100, 0, 300])
        #expect(series.findings.map(\.kind) == [.break])
    }

    @Test("of two wrong readings in a row neither is set aside: all around them are breaks")
    func twoWrong() {
        let series = RegisterSeries(readings: hourly([100, 200, 900_000, 0, 500, 600]), limits: ConnectionLimits())
        #expect(series.energies(from: 0, interval: Self.hour, count: 5).map { $0?.importWh } == [100, 0, 0, 500, 100])
        #expect(series.findings.map(\.kind) == [.break, .reset])
    }

    @Test("two candidates side by side contradict each other: neither is an outlier")
    func twoCandidates() {
        // 60,000 fits neither neighbour while these agree; and so does 40,100 between 60,000 and 60,100.
        let series = RegisterSeries(readings: hourly([40_000, 60_900, 40_100, 61_000]), limits: ConnectionLimits())
        #expect(series.findings.map(\.kind) == [.break, .break, .break])
        #expect(series.energies(from: 0, interval: Self.hour, count: 3).map { $0?.importWh } == [0, 0, 0])
    }

    @Test("the first and the last reading are never outliers: nothing says which side is right")
    func ends() {
        let series = RegisterSeries(readings: hourly([900_000, 100, 200, 900_000]), limits: ConnectionLimits())
        #expect(series.findings.map(\.kind) == [.reset, .break])
        #expect(series.energies(from: 0, interval: Self.hour, count: 3).map { $0?.importWh } == [0, 100, 0])
    }

    @Test("a rollover goes on, and is noted")
    func rollover() {
        let limits = ConnectionLimits(registerDigits: 5)
        let series = RegisterSeries(readings: hourly([99_998_000, 99_999_000, 500, 700]), limits: limits)
        #expect(series.energies(from: 0, interval: Self.hour, count: 3).map { $0?.importWh } == [1_000, 1_500, 200])
        #expect(
            series.energies(from: 0, interval: Self.hour, count: 3).map { $0?.quality } == [
                .measured, .measured, .measured,
            ]
        )
        #expect(
            series.findings == [
                ReadingFinding(
                    kind: .rollover,
                    from: Self.hour,
                    to: 2 * Self.hour,
                    detail:
                        "The import register went past its end, from 99999000 Wh to 500 Wh, by 1500 Wh. This energy counts."
                )
            ]
        )
        // Between its readings the rolled-over register is interpolated like any other.
        let quarters = series.energies(from: Self.hour, interval: Self.quarter, count: 4)
        #expect(quarters.map { $0?.importWh } == [375, 375, 375, 375])
    }

    @Test("a register whose width is not known does not roll over")
    func unknownWidth() {
        let series = RegisterSeries(readings: hourly([99_998_000, 99_999_000, 500, 700]), limits: ConnectionLimits())
        #expect(series.energies(from: 0, interval: Self.hour, count: 3).map { $0?.importWh } == [1_000, 0, 200])
        #expect(series.findings.map(\.kind) == [.reset])
    }

    // MARK: Registers that readings do not report

    @Test("a meter that never exports has an export of 0, one that only exports an import of 0")
    func oneRegister() {
        #expect(energies(hourly([1, 2]), count: 1) == [IntervalEnergy(importWh: 1, exportWh: 0)])
        let producer = [
            RegisterReading(time: 0, importWh: nil, exportWh: 5),
            RegisterReading(time: Self.hour, importWh: nil, exportWh: 9),
        ]
        #expect(energies(producer, count: 1) == [IntervalEnergy(importWh: 0, exportWh: 4)])
        let neither = (0..<2).map { RegisterReading(time: $0 * Self.hour, importWh: nil, exportWh: nil) }
        #expect(energies(neither, count: 1) == [nil])
    }

    @Test("a register that begins to be reported: 0 before, unknown in the interval where it begins")
    func begins() {
        let found = energies(hourly([0, 10, 20, 30, 40], [nil, nil, 500, 501, 503]), count: 4)
        #expect(found.map { $0?.exportWh } == [0, nil, 1, 2])
        #expect(found.map { $0?.importWh } == [10, nil, 10, 10])
    }

    @Test("a register that a late reading may still report: not complete, until it has been silent for four readings")
    func stops() {
        let exports: [Int64?] = [5, 6, nil, nil, nil, nil, nil, nil]
        let found = energies(hourly([0, 10, 20, 30, 40, 50, 60, 70], exports), count: 7)
        // From hour 6 on the last four readings before the interval (2 to 5) do not report it.
        #expect(found.map { $0?.exportWh } == [1, nil, nil, nil, nil, nil, 0])
    }

    @Test("a register that readings leave out now and then is interpolated over them")
    func leftOut() {
        let found = energies(hourly([0, 10, 20, 30], [100, nil, nil, 130]), count: 3)
        #expect(found.map { $0?.exportWh } == [10, 10, 10])
        #expect(found.map { $0?.importWh } == [10, 10, 10])
        #expect(found.map { $0?.quality } == [.estimated, .estimated, .estimated])
    }

    @Test("registers in readings of their own: each falls for itself, and never below 0")
    func alternating() {
        let imports: [Int64?] = [900, nil, 950, nil, 3, nil, 53, nil]
        let exports: [Int64?] = [nil, 10, nil, 30, nil, 50, nil, 70]
        var readings = hourly(imports, exports)
        for index in readings.indices { readings[index].time /= 2 }
        let series = RegisterSeries(readings: readings, limits: ConnectionLimits())
        #expect(
            series.energies(from: Self.hour, interval: Self.hour, count: 2) == [
                IntervalEnergy(importWh: 0, exportWh: 20, quality: .estimated),
                IntervalEnergy(importWh: 50, exportWh: 20),
            ]
        )
        #expect(series.findings.map(\.from) == [Self.hour] && series.findings.map(\.to) == [2 * Self.hour])
    }

    @Test("a meter exchange between two readings of which the next leaves one register out")
    func exchangeLeftOut() {
        let found = energies(hourly([900_000, 900_100, 10, 110, 210], [40, 50, nil, 7, 8]), count: 4)
        #expect(found.map { $0?.importWh } == [100, 0, 100, 100])
        #expect(found.map { $0?.exportWh } == [10, 0, 0, 1])
    }
}
