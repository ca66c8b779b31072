import EnergySharing
import Testing

@Suite("Meter exchanges")
struct MeterEpochTests {
    static let hour = RegisterSeriesTests.hour

    /// Import registers at whole hours from 0 on; exports in step with them where they are not given.
    private func hourly(_ imports: [Int64], _ exports: [Int64]? = nil) -> [RegisterReading] {
        imports.indices.map { index in
            RegisterReading(
                time: Int64(index) * Self.hour,
                importWh: imports[index],
                exportWh: exports?[index] ?? Int64(index)
            )
        }
    }

    private func series(_ readings: [RegisterReading], _ epochs: [MeterEpoch]) -> RegisterSeries {
        RegisterSeries(readings: readings, limits: ConnectionLimits(), epochs: epochs)
    }

    private func imports(_ series: RegisterSeries, count: Int) -> [Int64?] {
        series.energies(from: 0, interval: Self.hour, count: count).map { $0?.importWh }
    }

    @Test("(final − reading before) + (reading after − start) passes: an exchange between two readings")
    func known() {
        // The old meter ended at 5,000,700 Wh, the new one began at 12 Wh: 200 + 38.
        let swap = MeterEpoch(validFrom: Self.hour * 3 / 2, importOffsetWh: 5_000_688, exportOffsetWh: 0)
        let series = series(hourly([5_000_000, 5_000_500, 50, 1_050]), [swap])
        #expect(imports(series, count: 3) == [500, 238, 1_000])
        #expect(series.energies(from: 0, interval: Self.hour, count: 3).allSatisfy { $0?.quality == .measured })
        #expect(series.findings.isEmpty)
    }

    @Test("a reading at the very time of the exchange is the new meter's")
    func atTheReading() {
        let swap = MeterEpoch(validFrom: Self.hour, importOffsetWh: 700)
        #expect(imports(series(hourly([600, 30, 130]), [swap]), count: 2) == [130, 100])
        let later = MeterEpoch(validFrom: Self.hour + 1, importOffsetWh: 700)
        let broken = series(hourly([600, 30, 130]), [later])
        #expect(imports(broken, count: 2) == [0, 800])
        #expect(broken.findings.map(\.kind) == [.break])
    }

    @Test("a second exchange goes on from the first")
    func twice() {
        let swaps = [
            MeterEpoch(validFrom: Self.hour, importOffsetWh: 1_000),
            MeterEpoch(validFrom: 3 * Self.hour, importOffsetWh: 1_950),
        ]
        // 990 | 10 200 | 50: 10 + 10, then 190, then (final 950 − 200) + 50.
        let series = series(hourly([990, 10, 200, 50, 60]), swaps.reversed())
        #expect(imports(series, count: 4) == [20, 190, 800, 10])
        #expect(series.findings.isEmpty)
    }

    @Test("two exchanges between two readings")
    func twoAtOnce() {
        let swaps = [
            MeterEpoch(validFrom: 10, importOffsetWh: 1_000),
            MeterEpoch(validFrom: 20, importOffsetWh: 1_050),
        ]
        #expect(imports(series(hourly([990, 7]), swaps), count: 1) == [67])
        let unknown = [swaps[0], MeterEpoch(validFrom: 20, importOffsetWh: 1_000, importContinues: false)]
        #expect(imports(series(hourly([990, 7]), unknown), count: 1) == [0])
    }

    @Test("across an exchange whose registers are not known no energy passes, and nothing is found")
    func unknown() {
        let swap = MeterEpoch(validFrom: Self.hour + 1, importContinues: false, exportContinues: false)
        let fallen = series(hourly([5_000_000, 5_000_500, 50, 1_050]), [swap])
        #expect(imports(fallen, count: 3) == [500, 0, 1_000])
        #expect(fallen.findings.isEmpty)
        // Energy is missing in between, so the interval is an estimate.
        #expect(
            fallen.energies(from: 0, interval: Self.hour, count: 3).map { $0?.quality }
                == [EnergyQuality.measured, .estimated, .measured]
        )
        // A rise that would have been plausible is none either: it is of two meters.
        #expect(imports(series(hourly([100, 200, 300]), [swap]), count: 2) == [100, 0])
    }

    @Test("registers are judged one by one: the known one counts across the exchange")
    func oneUnknown() {
        let swap = MeterEpoch(validFrom: Self.hour + 1, exportOffsetWh: 500, importContinues: false)
        let series = series(hourly([9_000, 9_100, 3], [400, 490, 20]), [swap])
        let found = series.energies(from: 0, interval: Self.hour, count: 2)
        #expect(found.map { $0?.importWh } == [100, 0])
        #expect(found.map { $0?.exportWh } == [90, 30])
        #expect(series.findings.isEmpty)
    }

    @Test("an exchange that does not fit the readings is a break like any other, and its detail says what was added")
    func wrongNumbers() {
        let falling = series(hourly([5_000_000, 50]), [MeterEpoch(validFrom: 1, importOffsetWh: 4_000_000)])
        #expect(imports(falling, count: 1) == [0])
        #expect(falling.findings.map(\.kind) == [.break])
        #expect(
            falling.findings[0].detail.hasPrefix(
                "The import register fell from 5000000 Wh to 50 Wh (4000000 Wh added for the exchange)."
            )
        )
        let rising = series(hourly([5_000_000, 50]), [MeterEpoch(validFrom: 1, importOffsetWh: 6_000_000)])
        #expect(imports(rising, count: 1) == [0])
        #expect(
            rising.findings[0].detail.hasPrefix(
                "The import register rose from 5000000 Wh to 50 Wh (6000000 Wh added for the exchange) within 3600 s, "
                    + "by 1000050 Wh where"
            )
        )
    }

    @Test("a register rolls over within one meter's time, never across an exchange")
    func rollover() {
        let limits = ConnectionLimits(registerDigits: 5)
        let readings = hourly([99_999_000, 500, 600])
        func energies(_ swap: MeterEpoch) -> RegisterSeries {
            RegisterSeries(readings: readings, limits: limits, epochs: [swap])
        }
        let before = energies(MeterEpoch(validFrom: 0, importOffsetWh: 77))
        #expect(imports(before, count: 2) == [1_500, 100])
        #expect(before.findings.map(\.kind) == [.rollover])
        let between = energies(MeterEpoch(validFrom: 1, importOffsetWh: 0))
        #expect(imports(between, count: 2) == [0, 100])
        #expect(between.findings.map(\.kind) == [.break])
    }

    @Test("an exchange before all readings, or after them, changes nothing")
    func outside() {
        let readings = hourly([100, 200, 300])
        for at in [-5 * Self.hour, 0, 9 * Self.hour] {
            let swap = MeterEpoch(validFrom: at, importOffsetWh: 12_345, importContinues: false)
            #expect(imports(series(readings, [swap]), count: 2) == [100, 100])
        }
    }
}
