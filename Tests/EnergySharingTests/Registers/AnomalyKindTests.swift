import EnergySharing
import FoundationEssentials
import Testing

/// Every kind of anomaly can be looked up.
struct AnomalyKindTests {
    @Test(arguments: AnomalyKind.allCases)
    func everyKindHasItsLine(_ kind: AnomalyKind) throws {
        let lines = try ValidationPage.lines().filter { $0.hasPrefix("| `\(kind.rawValue)` |") }
        #expect(lines.count == 1, "deploy/validation.md needs one line for \(kind.rawValue)")
    }

    @Test func everyKindIsFoundSomewhere() {
        #expect(Set(AnomalyKind.ofReadings + AnomalyKind.ofDays) == Set(AnomalyKind.allCases))
        #expect(AnomalyKind.ofReadings.count + AnomalyKind.ofDays.count == AnomalyKind.allCases.count)
    }
}

/// The page that lists all rules.
private enum ValidationPage {
    static func lines() throws -> [Substring] {
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return try String(contentsOf: root.appending(path: "deploy/validation.md"), encoding: .utf8).split(
            separator: "\n"
        )
    }
}
