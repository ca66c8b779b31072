import FoundationEssentials
import MeterReadings
import Testing

/// Every flag can be looked up by its bit, as it stands in the database.
struct ReadingFlagsTests {
    @Test(arguments: [
        (ReadingFlags.aheadOfHub, "aheadOfHub"), (.late, "late"), (.hubTime, "hubTime"), (.imported, "imported"),
        (.localTime, "localTime"), (.snapped, "snapped"),
    ])
    func everyFlagHasItsLine(_ flag: ReadingFlags, _ name: String) throws {
        let lines = try Self.page().filter { $0.hasPrefix("| \(flag.rawValue) | `\(name)` |") }
        #expect(lines.count == 1, "deploy/validation.md needs one line for \(name)")
    }

    @Test func noLineIsLeftOver() throws {
        let bits = try Self.page().compactMap { line in Int16(line.dropFirst(2).prefix { $0 != " " }) }
        #expect(bits == [1, 2, 4, 8, 16, 32])
    }

    private static func page() throws -> [Substring] {
        var root = URL(filePath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        return try String(contentsOf: root.appending(path: "deploy/validation.md"), encoding: .utf8).split(
            separator: "\n"
        )
    }
}
