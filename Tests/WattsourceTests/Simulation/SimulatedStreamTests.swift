import Testing

@testable import wattsource

@Suite struct SimulatedStreamTests {
    /// 3 homes, 100 hours from 1970-01-01T00:00:00Z, load above production in turn.
    private let data = MeterData(
        homes: ["home01", "home02", "home03"],
        start: 0,
        interval: 3_600_000_000,
        netEnergy: (0..<300).map { $0 % 2 == 0 ? Int64($0) : -Int64($0) }
    )

    @Test func registersOnlyRise() {
        let registers = MeterRegisters(data, startingAt: 7)
        for home in 0..<3 {
            #expect(registers.at(edge: 0, home: home) == MeterRegisters.Pair(imported: 7, exported: 7))
            for edge in 0..<100 {
                let before = registers.at(edge: edge, home: home)
                let after = registers.at(edge: edge + 1, home: home)
                let net = data.netEnergy[edge * 3 + home]
                #expect(after.imported - before.imported == max(net, 0))
                #expect(after.exported - before.exported == max(-net, 0))
            }
        }
    }

    @Test func sendsAllHomesOfAnEdgeThenTheNext() {
        let stream = SimulatedStream(data, seed: 1)
        let expected = (0...100).flatMap { edge in
            (0..<3).map { home in
                SimulatedStream.Entry(enqueuedAt: Int64(edge) * 3_600_000_000 + 5_000_000, edge: edge, home: home)
            }
        }
        #expect(stream.entries == expected)
    }

    @Test func aSpanIncludesBothOfItsEnds() {
        let hour: Int64 = 3_600_000_000
        #expect(SimulatedStream(data, from: 2 * hour, until: 4 * hour, seed: 1).edges == 2..<5)
        #expect(SimulatedStream(data, from: 2 * hour + 1, until: 4 * hour - 1, seed: 1).edges == 3..<4)
        #expect(SimulatedStream(data, from: -hour, until: nil, seed: 1).edges == 0..<101)
        #expect(SimulatedStream(data, from: 101 * hour, until: nil, seed: 1).entries.isEmpty)
        #expect(SimulatedStream(data, from: 4 * hour, until: 3 * hour, seed: 1).entries.isEmpty)
    }

    @Test func faultsLoseNothingAndAreRepeatable() throws {
        let faults = try InjectedFaults("duplicates=20%,shuffle=5h")
        let stream = SimulatedStream(data, faults: faults, seed: 42)
        let readings = Set(stream.entries.map { [$0.edge, $0.home] })
        #expect(readings.count == 303)
        #expect(stream.entries.count > 303 + 20 && stream.entries.count < 303 + 120)
        #expect(stream.entries.map(\.enqueuedAt) == stream.entries.map(\.enqueuedAt).sorted())
        #expect(stream.entries.map(\.edge) != stream.entries.map(\.edge).sorted())
        for entry in stream.entries {
            let delay = entry.enqueuedAt - Int64(entry.edge) * 3_600_000_000
            #expect(delay >= 5_000_000 && delay <= 5 * 3_600_000_000 + 6_000_000)
        }
        #expect(SimulatedStream(data, faults: faults, seed: 42).entries == stream.entries)
        #expect(SimulatedStream(data, faults: faults, seed: 43).entries != stream.entries)
    }

    @Test func everyReadingCanBeSentTwice() throws {
        let stream = SimulatedStream(data, faults: try InjectedFaults("duplicates=100%"), seed: 1)
        #expect(stream.entries.count == 606)
        #expect(stream.entries.map(\.edge) == stream.entries.map(\.edge).sorted())
    }
}
