import CommunityRegistry
import KafkaSource
import MeterReadings
import Testing

@testable import wattsource

@Suite struct SimulationTests {
    /// 12 homes, 30 hours from 1970-01-01T00:00:00Z, load above production in turn.
    private static let data = MeterData(
        homes: (1...12).map { $0 < 10 ? "home0\($0)" : "home\($0)" },
        start: 0,
        interval: 3_600_000_000,
        netEnergy: (0..<360).map { $0 % 7 < 4 ? Int64($0) : -Int64($0) }
    )

    private func simulation(_ faults: String? = nil, _ format: FormatChoice = .one(.v1)) throws -> Simulation {
        try Simulation(
            Self.data,
            format: format,
            devicePrefix: "m-",
            registerStart: 1000,
            faults: faults.map { try InjectedFaults($0) } ?? InjectedFaults()
        )
    }

    private func body(_ record: SimulatedRecord) -> String { String(decoding: record.value, as: UTF8.self) }

    @Test func recordsAreWhatTheirEntriesAreFor() throws {
        let simulation = try simulation()
        let whole = #"{"v":1,"device":"m-02","t":"1970-01-01T01:00:00Z","import_wh":1001,"export_wh":1000}"#
        func record(_ purpose: SimulatedStream.Entry.Purpose) -> SimulatedRecord {
            simulation.record(
                SimulatedStream.Entry(
                    sentAt: 3_605_000_000,
                    enqueuedAt: 3_605_000_000,
                    edges: 1..<2,
                    home: 1,
                    purpose: purpose
                )
            )
        }
        #expect(body(record(.readings)) == whole)
        #expect(record(.duplicate) == record(.readings))
        #expect(body(record(.conflict)) == whole.replacing("1001", with: "1002"))
        #expect(body(record(.future)) == whole.replacing("01T01", with: "02T01"))
        #expect(body(record(.badJSON)) == String(whole.prefix(whole.count - whole.count / 2)))
        #expect(body(record(.unknownDevice)) == whole.replacing("m-02", with: "m-01-unknown"))
        #expect(record(.unknownDevice).headers[0].value == Array("m-01-unknown".utf8))
    }

    @Test func intervalsHoldTheEnergyBetweenTheirEdges() throws {
        let simulation = try simulation(nil, .one(.v1Interval))
        let entry = SimulatedStream.Entry(sentAt: 0, enqueuedAt: 0, edges: 2..<3, home: 0)
        #expect(body(simulation.record(entry)).hasSuffix(#""t":"1970-01-01T01:00:00Z","import_wh":0,"export_wh":12}"#))
    }

    @Test(
        arguments: [
            ("reset=home99@1970-01-01T05:00:00Z", "no such home"),
            ("reset=home01@1970-01-05T05:00:00Z", "ends before"),
        ]
    )
    func refusesFaultsOfMetersThatAreNotThere(_ faults: String, _ words: String) {
        do {
            _ = try simulation(faults)
            Issue.record("no fault was found")
        } catch {
            #expect("\(error)".contains(words), "\(error)")
        }
    }

    @Test func refusesRegisterFaultsWhereThereAreNoRegisters() {
        #expect(throws: ValueFault.self) { try simulation("stuck=home01@1970-01-01T05:00:00Z+2h", .one(.v1Interval)) }
    }

    @Test func refusesZonesThatAreNone() {
        #expect(throws: ValueFault.self) { try Simulation(Self.data, devicePrefix: "m-", zone: "Mars/Olympus") }
    }

    /// What is printed can be applied, and names for each device what reads it.
    @Test func theRegistryFits() throws {
        let simulation = try simulation("rollover=m-02@1970-01-01T05:00:00Z", .mixed)
        let text = RegistryWriter.write(
            SimulatedRegistry.document(simulation, community: "sierra-crest", zone: "Europe/Vienna")
        )
        let document = try RegistryReader().read(text)
        let devices = document.communities.flatMap(\.members).flatMap(\.devices)
        #expect(devices.map(\.hubDeviceID) == simulation.devices.map(\.id))
        #expect(Set(devices.map(\.adapter)) == Set(TelemetryAdapter.allCases))
        #expect(devices.filter { $0.kind == .interval }.map(\.hubDeviceID) == ["m-03"])
        #expect(devices.filter { $0.timeZone == "Europe/Vienna" }.map(\.adapter) == [.tasmotaSML, .dsmr, .linky])
        #expect(devices[1].registerDigits == 6)
        #expect(document.communities[0].name == "Sierra Crest")
    }

    @Test func saysWhatWasInjected() throws {
        let faults = "duplicates=100%,bad-json=100%,reset=home01@1970-01-01T05:00:00Z"
        let simulation = try simulation(faults)
        let injected = try InjectedFaults(faults)
        let stream = SimulatedStream(Self.data, faults: injected, seed: 1)
        let text = simulation.summary(of: stream, injected, topic: "t").joined(separator: "\n")
        #expect(text.contains("sent 1116 records of 12 meters to t, "))
        #expect(
            text.contains("records 1116, refused_records 372, accepted 372, duplicate 372, superseded 0, rejected 0")
        )
        #expect(text.contains("reset of m-01 at 1970-01-01T05:00:00Z: a break; with a meter swap there (final "))
    }
}
