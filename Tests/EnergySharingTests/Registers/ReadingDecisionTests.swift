import EnergySharing
import Testing

@Suite("Decisions on readings")
struct ReadingDecisionTests {
    static let hour = RegisterSeriesTests.hour

    private func series(
        _ imports: [Int64],
        exports: [Int64]? = nil,
        _ decisions: [Int64: ReadingDecision]
    ) -> RegisterSeries {
        let readings = imports.indices.map { index in
            RegisterReading(
                time: Int64(index) * Self.hour,
                importWh: imports[index],
                exportWh: exports.map { $0[index] } ?? nil
            )
        }
        let times = Dictionary(uniqueKeysWithValues: decisions.map { ($0.key * Self.hour, $0.value) })
        return RegisterSeries(readings: readings, limits: ConnectionLimits(), decisions: times)
    }

    private func imports(_ series: RegisterSeries, count: Int) -> [Int64?] {
        series.energies(from: 0, interval: Self.hour, count: count).map { $0?.importWh }
    }

    @Test("a reading that was set aside is as if it were not there")
    func setAside() {
        let without = series([100, 200, 150, 400], [2: .setAside])
        #expect(imports(without, count: 3) == [100, 100, 100])
        #expect(without.findings.isEmpty)
        #expect(imports(series([100, 200, 150, 400], [:]), count: 3) == [100, 0, 250])
    }

    @Test("set aside at an end, there is nothing to interpolate to: open")
    func setAsideAtTheEnds() {
        let found = series([100, 200, 300], [0: .setAside, 2: .setAside])
        #expect(imports(found, count: 2) == [nil, nil])
        #expect(found.firstTime == Self.hour)
        #expect(series([1], [0: .setAside]).firstTime == nil)
    }

    @Test("two wrong readings in a row, which nothing can tell apart from right ones, set aside")
    func bothSetAside() {
        let found = series([100, 200, 900_000, 0, 500, 600], [2: .setAside, 3: .setAside])
        #expect(imports(found, count: 5) == [100, 100, 100, 100, 100])
        #expect(found.findings.isEmpty)
    }

    @Test("a rise that somebody accepted is real, and its energy counts")
    func acceptedRise() {
        let found = series([100, 1_000_100, 1_000_200], [1: .accept])
        #expect(imports(found, count: 2) == [1_000_000, 100])
        #expect(found.energies(from: 0, interval: Self.hour, count: 2).allSatisfy { $0?.quality == .measured })
        #expect(found.findings.isEmpty)
        #expect(imports(series([100, 1_000_100, 1_000_200], [:]), count: 2) == [0, 100])
    }

    @Test("a fall that somebody accepted: no energy crosses, nothing is found, and the interval is an estimate")
    func acceptedFall() {
        let found = series([5_000, 20, 120], [1: .accept])
        #expect(imports(found, count: 2) == [0, 100])
        #expect(found.findings.isEmpty)
        #expect(
            found.energies(from: 0, interval: Self.hour, count: 2).map { $0?.quality }
                == [EnergyQuality.estimated, .measured]
        )
    }

    @Test("accepted, each register is judged for itself: the one that rose counts, the one that fell does not")
    func acceptedBoth() {
        let found = series([100, 900_100, 900_200], exports: [700, 10, 20], [1: .accept])
        #expect(imports(found, count: 2) == [900_000, 100])
        #expect(found.energies(from: 0, interval: Self.hour, count: 2).map { $0?.exportWh } == [0, 10])
        #expect(found.findings.isEmpty)
    }

    @Test("an accepted reading is no outlier: what leads on from it is judged as ever")
    func acceptedOutlier() {
        let readings: [Int64] = [50_000, 50_100, 1_000_000, 50_300, 50_400]
        #expect(series(readings, [:]).findings.map(\.kind) == [.outlier])
        let found = series(readings, [2: .accept])
        #expect(imports(found, count: 4) == [100, 949_900, 0, 100])
        #expect(found.findings.map(\.kind) == [.break])
        #expect(found.findings.map(\.from) == [2 * Self.hour])
    }

    @Test("an accepted rise into a reading after an outlier counts from the last reading that counts")
    func acceptedAfterOutlier() {
        let found = series([100, 200, 300, 900_000, 400, 500, 600], [1: .accept])
        #expect(imports(found, count: 6) == [100, 100, 50, 50, 100, 100])
        #expect(found.findings.map(\.kind) == [.outlier])
    }

    @Test("a decision on a reading that is not there says nothing")
    func nothingThere() {
        #expect(imports(series([100, 200], [7: .accept, 9: .setAside]), count: 1) == [100])
    }
}
