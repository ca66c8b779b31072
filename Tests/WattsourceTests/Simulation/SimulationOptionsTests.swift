import Testing

@testable import wattsource

@Suite struct SimulationOptionsTests {
    @Test(
        arguments: [
            ("duplicates=1%", 10_000, 0), ("duplicates=0.5%,shuffle=30m", 5000, 1_800_000_000),
            ("shuffle=2h", 0, 7_200_000_000), ("duplicates=100%", 1_000_000, 0), ("duplicates=0.0001%", 1, 0),
        ] as [(String, Int, Int64)]
    )
    func readsFaults(_ text: String, _ duplicates: Int, _ window: Int64) throws {
        let faults = try InjectedFaults(text)
        #expect(faults.duplicatesPerMillion == duplicates)
        #expect(faults.shuffleWindow == window)
    }

    @Test(arguments: [
        "", "duplicates", "duplicates=1", "duplicates=101%", "duplicates=-1%", "duplicates=.5%", "duplicates=1.%",
        "shuffle=soon", "shuffle=1000d", "shuffle=500ms", "loss=1%", "duplicates=1%,", "duplicates=1%,duplicates=2%",
        "late=1%", "late=2d", "late=1%+", "late=1%+soon", "late=x+2d", "reset=home01", "reset=@2016-08-03T12:00:00Z",
        "reset=home01@noon", "reset=home01@2016-08-03T12:00:00Z+2h", "stuck=home01@2016-08-03T12:00:00Z",
        "stuck=home01@2016-08-03T12:00:00Z+0s", "spike=1%",
    ])
    func refusesOtherFaults(_ text: String) {
        #expect(throws: ValueFault.self) { try InjectedFaults(text) }
    }

    @Test func readsFaultsOfMeters() throws {
        let faults = try InjectedFaults(
            "reset=home05@2016-08-01T07:00:00Z,late=2.5%+36h,stuck=a@b@1970-01-01T00:00:00Z+90m,spike=x@1970-01-01T00:00:01Z"
        )
        #expect(faults.latePerMillion == 25_000)
        #expect(faults.lateDelay == 36 * 3_600_000_000)
        #expect(
            faults.meters == [
                MeterFault(kind: .reset, device: "home05", time: 1_470_034_800_000_000),
                MeterFault(kind: .stuck, device: "a@b", time: 0, duration: 5_400_000_000),
                MeterFault(kind: .spike, device: "x", time: 1_000_000),
            ]
        )
    }

    /// Whoever misspells a fault is told all that there are.
    @Test func namesTheKnownFaults() {
        do throws(ValueFault) {
            _ = try InjectedFaults("duplicate=1%")
            Issue.record("no fault was found")
        } catch {
            for name in InjectedFaults.names { #expect(error.message.contains(name)) }
        }
    }

    @Test func pacesByTheStreamsTimeOrByNumber() throws {
        #expect(try SendingPace(speed: nil, rate: nil) == .unlimited)
        #expect(try SendingPace(speed: "60x", rate: nil).due(index: 9, elapsed: 3_600_000_000) == .seconds(60))
        #expect(try SendingPace(speed: "0.5x", rate: nil).due(index: 9, elapsed: 1_000_000) == .seconds(2))
        #expect(try SendingPace(speed: nil, rate: 100).due(index: 250, elapsed: 0) == .milliseconds(2500))
    }

    @Test(
        arguments: [("60", nil), ("0x", nil), ("-1x", nil), ("fastx", nil), ("infx", nil), (nil, 0), ("1x", 1)]
            as [(String?, Int?)]
    )
    func refusesOtherPaces(_ speed: String?, _ rate: Int?) {
        #expect(throws: ValueFault.self) { try SendingPace(speed: speed, rate: rate) }
    }
}
