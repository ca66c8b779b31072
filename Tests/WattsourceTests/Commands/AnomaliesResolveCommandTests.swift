import ArgumentParser
import CommunityRegistry
import PostgresStore
import Testing

@testable import wattsource

@Suite struct AnomaliesResolveCommandTests {
    /// What the options decide; the message if they do not go together.
    private func decision(_ arguments: String) throws -> AnomalyDecision {
        let common = ["12", "--by", "Huber", "--note", "seen"]
        return try AnomaliesResolveCommand.parse(common + arguments.split(separator: " ").map(String.init)).decision()
    }

    @Test func `options make a decision`() throws {
        #expect(try decision("--as accept") == .accept)
        #expect(try decision("--as set-aside") == .setAside(nil))
        #expect(try decision("--as set-aside --reading before") == .setAside(.before))
        #expect(try decision("--as set-aside --reading 2016-08-01T00:00:00Z") == .setAside(.at(1_470_009_600_000_000)))
        #expect(try decision("--as meter-swap") == .meterSwap(at: nil, imported: nil, exported: nil))
        #expect(
            try decision(
                "--as meter-swap --import-final 18240.113kWh --import-start 5 --export-final 7Wh --export-start 0 "
                    + "--at 2016-08-01T00:00:00Z"
            )
                == .meterSwap(
                    at: 1_470_009_600_000_000,
                    imported: .init(finalWh: 18_240_113, startWh: 5),
                    exported: .init(finalWh: 7, startWh: 0)
                )
        )
    }

    @Test(arguments: [
        "--as sell", "--as accept --reading before", "--as accept --at 2016-08-01T00:00:00Z",
        "--as set-aside --import-final 1",
        "--as meter-swap --reading after", "--as meter-swap --import-final 1", "--as meter-swap --export-start 1",
        "--as set-aside --reading yesterday", "--as set-aside --reading 2016-08-01",
        "--as meter-swap --import-final 1.5 --import-start 0",
        "--as meter-swap --import-final -1 --import-start 0",
    ])
    func `what does not go together is refused`(arguments: String) {
        #expect(throws: (any Error).self) { try decision(arguments) }
    }

    @Test func `who and why have to be said`() {
        #expect(throws: (any Error).self) {
            try AnomaliesResolveCommand.parse(["12", "--as", "accept", "--note", "x"])
        }
        #expect(throws: (any Error).self) { try AnomaliesResolveCommand.parse(["12", "--as", "accept", "--by", "x"]) }
    }
}
