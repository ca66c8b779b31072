import Testing

@testable import wattsource

@Suite struct MeterRegistersTests {
    /// One home, 10 hours, 100 Wh of import in each, 7 Wh of export in none.
    private let data = MeterData(
        homes: ["home01"],
        start: 0,
        interval: 3_600_000_000,
        netEnergy: [Int64](repeating: 100, count: 10)
    )

    private func imports(_ registers: MeterRegisters) -> [Int64] {
        (0...10).map { registers.at(edge: $0, home: 0).imported }
    }

    @Test func beginAgainAtZero() {
        var registers = MeterRegisters(data, startingAt: 5)
        #expect(registers.reset(home: 0, at: 4) == MeterRegisters.Pair(imported: 405, exported: 5))
        #expect(imports(registers) == [5, 105, 205, 305, 0, 100, 200, 300, 400, 500, 600])
        #expect(registers.at(edge: 4, home: 0).exported == 0)
    }

    @Test func passTheirLargestValue() {
        var registers = MeterRegisters(data, startingAt: 5)
        registers.rollOver(home: 0, at: 2)
        #expect(imports(registers).prefix(4) == [999_999_899, 999_999_999, 99, 199])
        #expect(registers.at(edge: 9, home: 0).exported == 5)
    }

    @Test func standStillAndCatchUp() {
        var registers = MeterRegisters(data, startingAt: 0)
        registers.hold(home: 0, 2..<5)
        #expect(imports(registers).prefix(7) == [0, 100, 200, 200, 200, 500, 600])
    }

    @Test func showTooMuchOnce() {
        var registers = MeterRegisters(data, startingAt: 0)
        registers.spike(home: 0, at: 3)
        #expect(imports(registers).prefix(5) == [0, 100, 200, 5_000_300, 400])
    }
}
