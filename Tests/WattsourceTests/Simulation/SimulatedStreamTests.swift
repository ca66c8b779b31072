import Testing

@testable import wattsource

@Suite struct SimulatedStreamTests {
    private static let hour: Int64 = 3_600_000_000
    /// 3 homes, 100 hours from 1970-01-01T00:00:00Z, load above production in turn.
    private let data = MeterData(
        homes: ["home01", "home02", "home03"],
        start: 0,
        interval: hour,
        netEnergy: (0..<300).map { $0 % 2 == 0 ? Int64($0) : -Int64($0) }
    )

    @Test func registersOnlyRise() {
        let registers = MeterRegisters(data, startingAt: 7)
        for home in 0..<3 {
            #expect(registers.at(edge: 0, home: home) == MeterRegisters.Pair(imported: 7, exported: 7))
            for edge in 0..<100 {
                let energy = registers.energy(from: edge, to: edge + 1, home: home)
                let net = data.netEnergy[edge * 3 + home]
                #expect(energy == MeterRegisters.Pair(imported: max(net, 0), exported: max(-net, 0)))
            }
        }
    }

    @Test func sendsAllHomesOfAnEdgeThenTheNext() {
        let stream = SimulatedStream(data, seed: 1)
        let expected = (0...100).flatMap { edge in
            (0..<3).map { home in
                let time = Int64(edge) * Self.hour + 5_000_000
                return SimulatedStream.Entry(sentAt: time, enqueuedAt: time, edges: edge..<(edge + 1), home: home)
            }
        }
        #expect(stream.entries == expected)
    }

    @Test func aSpanIncludesBothOfItsEnds() {
        #expect(SimulatedStream(data, from: 2 * Self.hour, until: 4 * Self.hour, seed: 1).edges == 2..<5)
        #expect(SimulatedStream(data, from: 2 * Self.hour + 1, until: 4 * Self.hour - 1, seed: 1).edges == 3..<4)
        #expect(SimulatedStream(data, from: -Self.hour, until: nil, seed: 1).edges == 0..<101)
        #expect(SimulatedStream(data, from: 101 * Self.hour, until: nil, seed: 1).entries.isEmpty)
        #expect(SimulatedStream(data, from: 4 * Self.hour, until: 3 * Self.hour, seed: 1).entries.isEmpty)
    }

    @Test func severalReadingsShareARecordWhereTheFormatHoldsThem() {
        let stream = SimulatedStream(
            data,
            formats: [.v1, .homewizard, .v1Interval],
            batch: 24,
            from: Self.hour,
            until: 51 * Self.hour,
            seed: 1
        )
        let edges = (0..<3).map { home in stream.entries.filter { $0.home == home }.map(\.edges) }
        #expect(edges[0] == [1..<25, 25..<49, 49..<52])
        #expect(edges[1] == (1..<52).map { $0..<($0 + 1) })
        // The interval that ends with the span's first edge lies before the span.
        #expect(edges[2] == [2..<26, 26..<50, 50..<52])
        #expect(stream.counts.accepted == 51 + 51 + 50)
    }

    /// Without a time in the payload the hub's is the reading's, however late it is shown.
    @Test func theHubsTimeStandsForAMissingOne() throws {
        let faults = try InjectedFaults("duplicates=50%,late=50%+2h,future=100%")
        let stream = SimulatedStream(data, formats: [.homewizard, .homewizard, .homewizard], faults: faults, seed: 5)
        #expect(stream.entries.allSatisfy { $0.enqueuedAt == data.time(ofEdge: $0.edges.lowerBound) })
        #expect(stream.counts.future.records == 0)
        #expect(stream.counts.late.records > 100)
    }

    @Test func faultsLoseNothingAndAreRepeatable() throws {
        let faults = try InjectedFaults("duplicates=20%,shuffle=5h")
        let stream = SimulatedStream(data, faults: faults, seed: 42)
        let readings = Set(stream.entries.map { [$0.edges.lowerBound, $0.home] })
        #expect(readings.count == 303)
        #expect(stream.entries.count > 303 + 20 && stream.entries.count < 303 + 120)
        #expect(stream.entries.map(\.sentAt) == stream.entries.map(\.sentAt).sorted())
        #expect(stream.entries.map(\.edges.lowerBound) != stream.entries.map(\.edges.lowerBound).sorted())
        for entry in stream.entries {
            let delay = entry.sentAt - Int64(entry.edges.lowerBound) * Self.hour
            #expect(delay >= 5_000_000 && delay <= 5 * Self.hour + 6_000_000)
        }
        #expect(SimulatedStream(data, faults: faults, seed: 42).entries == stream.entries)
        #expect(SimulatedStream(data, faults: faults, seed: 43).entries != stream.entries)
    }

    @Test func eachFaultIsCounted() throws {
        let faults = try InjectedFaults(
            "duplicates=30%,conflicts=30%,bad-json=30%,unknown-device=30%,future=30%,drop=30%,late=30%+100d"
        )
        let stream = SimulatedStream(data, faults: faults, seed: 3)
        let counts = stream.counts
        func entries(_ purpose: SimulatedStream.Entry.Purpose) -> [SimulatedStream.Entry] {
            stream.entries.filter { $0.purpose == purpose }
        }
        #expect(counts.sent.records == entries(.readings).count)
        #expect(counts.duplicates.records == entries(.duplicate).count)
        #expect(counts.conflicts.records == entries(.conflict).count)
        #expect(counts.badJSON.records == entries(.badJSON).count)
        #expect(counts.unknownDevice.records == entries(.unknownDevice).count)
        #expect(counts.future.records == entries(.future).count)
        #expect(counts.sent.records + counts.dropped.records == 303)
        #expect(counts.records == stream.entries.count)
        for count in [counts.duplicates, counts.conflicts, counts.badJSON, counts.unknownDevice, counts.late] {
            #expect(count.records > 30 && count.records < 130)
        }
        // Whatever is a whole record of a known device has one outcome for each of its readings.
        #expect(
            counts.accepted + counts.duplicate + counts.superseded + counts.rejected
                == counts.sent.readings + counts.duplicates.readings + counts.conflicts.readings
                + counts.future.readings
        )
        #expect(counts.rejected > counts.future.readings + counts.late.readings)
        for conflict in entries(.conflict) {
            let first = entries(.readings).first { $0.edges == conflict.edges && $0.home == conflict.home }
            #expect(first.map { $0.sentAt < conflict.sentAt } == true)
        }
    }

    @Test func everyReadingCanBeSentTwice() throws {
        let stream = SimulatedStream(data, faults: try InjectedFaults("duplicates=100%"), seed: 1)
        #expect(stream.entries.count == 606)
        #expect(stream.entries.map(\.edges.lowerBound) == stream.entries.map(\.edges.lowerBound).sorted())
    }
}
