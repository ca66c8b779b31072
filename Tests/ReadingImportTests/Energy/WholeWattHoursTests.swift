import MeterReadings
import ReadingImport
import Testing

@Suite("Whole watt-hours")
struct WholeWattHoursTests {
    /// Energies of one day in steps of 15 minutes, in millionths of a kWh.
    private func file(_ energies: [Int], interval: String = "900", start: String = "00") -> ReadingFile {
        var text = "device,time,import_kwh,interval_s\n"
        for (index, energy) in energies.enumerated() {
            let minutes = index * 15
            let clock = "\(minutes / 600)\(minutes / 60 % 10):\(minutes / 10 % 6)\(minutes % 10)"
            let decimals = String(energy % 1_000_000)
            text += "m,2026-01-01T\(clock):00Z,\(energy / 1_000_000)."
            text += String(repeating: "0", count: 6 - decimals.count) + decimals + ",\(interval)\n"
        }
        return read(text)
    }

    @Test("A day's intervals add up to the day's energy, floored", arguments: 1...20 as ClosedRange<UInt64>)
    func nothingIsLost(seed: UInt64) {
        var state = seed
        let energies = (0..<96).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 40) % 5_000_000
        }
        let found = file(energies)
        #expect(found.complaints == [])
        #expect(found.readings.reduce(0) { $0 + ($1.reading.importWh ?? 0) } == Int64(energies.reduce(0, +) / 1000))
        // Each is its own energy, but for less than 1 Wh that came from those before.
        for (reading, energy) in zip(found.readings, energies) {
            #expect((0...1).contains((reading.reading.importWh ?? -1) - Int64(energy / 1000)))
        }
    }

    @Test(
        "What no register holds is a fault, however long it is",
        arguments: [
            "9999999999999999999", "950000000000000000", "9999999999.999999999", "1000000000.001",
            "99999999999999999999999999999999999999999",
        ]
    )
    func tooLargeIsAFault(energy: String) {
        for column in ["import_kwh", "import_wh"] where column == "import_kwh" || !energy.contains(".") {
            let found = read("device,time,\(column)\nm,2026-01-01T00:00:00Z,\(energy)\n")
            #expect(found.readings.isEmpty && found.faults.count == 1)
        }
    }

    @Test("The largest register is none")
    func theLargestIsRead() {
        let found = read("device,time,import_kwh\nm,2026-01-01T00:00:00Z,1000000000.000\n")
        #expect(found.readings.map(\.reading.importWh) == [1_000_000_000_000])
    }

    @Test("Registers are floored one by one, and nothing is carried into another day or by what takes no part")
    func carriesOnlyWithinADay() {
        #expect(file([1900, 2900], interval: "").readings.map(\.reading.importWh) == [1, 2])
        let days = read(
            """
            device,time,import_kwh,quality,interval_s
            m,2026-01-01T23:30:00Z,0.0009,M,900
            m,2026-01-01T23:45:00Z,0.0009,F,900
            m,2026-01-02T00:00:00Z,0.0009,M,900
            m,2026-01-02T00:15:00Z,0.0009,M,900
            n,2026-01-02T00:15:00Z,0.0009,M,900
            """
        )
        #expect(days.readings.map(\.reading.importWh) == [0, 0, 0, 1, 0])
    }
}
