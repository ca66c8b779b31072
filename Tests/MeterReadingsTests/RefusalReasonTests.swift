import FoundationEssentials
import MeterReadings
import Testing

/// The list of reasons is closed, and people can look each of them up.
struct RefusalReasonTests {
    private static func lines() throws -> [Substring] {
        let root = #filePath.split(separator: "/Tests/MeterReadingsTests/").first.map { "\($0)/" } ?? ""
        // #filePath begins with the slash that split took away.
        let path = (root.hasPrefix("/") ? "" : "/") + root + "deploy/reasons.md"
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    }

    @Test(arguments: RefusalReason.allCases)
    func everyCodeHasItsLine(_ reason: RefusalReason) throws {
        let lines = try Self.lines().filter { $0.hasPrefix("| `\(reason.rawValue)` |") }
        #expect(lines.count == 1, "deploy/reasons.md needs one line for \(reason.rawValue)")
        let columns = lines.first?.split(separator: "|").map { $0.drop { $0 == " " } } ?? []
        #expect(columns.filter { $0.count > 2 }.count == 5, "code, meaning, cause, what to do, mended by")
    }

    @Test func noLineIsLeftOver() throws {
        let codes = try Self.lines().compactMap { line in
            line.hasPrefix("| `") ? line.dropFirst(3).prefix { $0 != "`" } : nil
        }
        #expect(codes.count == RefusalReason.allCases.count)
        for code in codes { #expect(RefusalReason(rawValue: String(code)) != nil, "\(code) is no reason") }
    }
}
