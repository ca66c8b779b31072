import FoundationEssentials
import Testing

@testable import wattsource

/// The data file that comes with the project, against the totals that its README states.
@Suite struct SierraCrestTests {
    private static let path = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "data/sierra-crest/hourly.csv")

    @Test func aYearAddsUpToTheWattHour() throws {
        let data = try MeterDataReader.read(Array(Data(contentsOf: Self.path)))
        #expect(data.homes.count == 17)
        #expect(data.intervals == 8760)
        let registers = MeterRegisters(data, startingAt: 1_000_000)
        let stream = SimulatedStream(data, seed: 1)
        #expect(stream.entries.count == 17 * 8761)
        #expect(
            stream.totals(registers, homes: 17) == MeterRegisters.Pair(imported: 112_120_902, exported: 45_902_535)
        )
        #expect(registers.at(edge: 0, home: 16) == MeterRegisters.Pair(imported: 1_000_000, exported: 1_000_000))
    }
}
