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
        "shuffle=soon", "shuffle=1000d", "shuffle=500ms", "loss=1%", "duplicates=1%,",
    ])
    func refusesOtherFaults(_ text: String) {
        #expect(throws: ValueFault.self) { try InjectedFaults(text) }
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
