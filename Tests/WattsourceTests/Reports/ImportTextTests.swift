import Ingestion
import MeterReadings
import PostgresStore
import ReadingImport
import Testing

@testable import wattsource

@Suite("Text of imports and history")
struct ImportTextTests {
    private let readings = (1...3).map { line in
        FileReading(
            line: line + 1,
            device: "meter-\(line)",
            reading: MeterReading(measuredAt: Int64(line) * 1_000_000, importWh: 1000 * Int64(line), exportWh: nil)
        )
    }

    @Test("A dry run says what each reading would be")
    func showsOutcomes() {
        var result = ImportResult()
        result.outcomes = [.accepted, nil, .duplicate]
        let lines = ImportText.outcomes(readings, result, limit: 2)
        #expect(lines.count == 5)
        #expect(lines[2] == "   2  meter-1  1970-01-01T00:00:01Z      1,000          -  M        accepted")
        #expect(lines[3].hasSuffix("M        refused"))
        #expect(lines[4] == "… and 1 more; --show lists more")
    }

    @Test("Sums, faults and what becomes due")
    func showsSums() {
        var counts = OutcomeCounts()
        counts.accepted = 1200
        counts.replaced = 1
        #expect(
            ImportText.summary(counts, isTrial: true) == [
                "would import 1,201 readings: 1,200 accepted, 0 duplicate, 1 replaced, 0 superseded"
            ]
        )
        #expect(ImportText.due([], isTrial: false) == ["no settled interval is due again"])
        #expect(
            ImportText.due([DueIntervals(community: "crest", intervals: 5, finalIntervals: 2)], isTrial: false) == [
                "crest: 5 settled intervals, 2 of them final, due again"
            ]
        )
        let faults = [FileFault(line: 2, column: 3, "no\u{1B}[1m")]
        #expect(ImportText.faults(faults, count: 9, limit: 1).last == "… and 8 more; --show lists more")
        #expect(ImportText.faults(faults, count: 1, limit: 1).allSatisfy { !$0.unicodeScalars.contains("\u{1B}") })
    }

    @Test("The history tells who and why")
    func showsHistory() {
        let ada = HistoryEntry.Actor(name: "Ada", reason: "log")
        let entries = [
            HistoryEntry(
                measuredAt: 0,
                state: .stored,
                importWh: 5,
                quality: "M",
                flags: 8,
                receivedAt: 1_000_000,
                broughtBy: ada
            ),
            HistoryEntry(
                measuredAt: 0,
                state: .replaced,
                importWh: 4,
                quality: "M",
                flags: 0,
                receivedAt: 0,
                recordedAt: 1_000_000,
                endedBy: ada
            ),
        ]
        let lines = HistoryText.lines(entries, count: 3)
        #expect(lines[2].contains("stored") && lines[2].contains("Ada: log") && lines[2].hasSuffix("-"))
        #expect(lines[3].contains("telemetry") && lines[3].hasSuffix("Ada: log"))
        #expect(lines[4] == "the first 2 of 3; --limit shows more")
        #expect(HistoryText.json(entries).text.contains("\"origin\": \"import\""))
    }
}
