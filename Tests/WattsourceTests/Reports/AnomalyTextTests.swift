import CommunityRegistry
import EnergySharing
import Foundation
import MeterReadings
import Testing

@testable import PostgresStore
@testable import wattsource

@Suite struct AnomalyTextTests {
    private let start: Int64 = 1_470_009_600_000_000  // 2016-08-01T00:00:00Z
    private let hour: Int64 = 3_600_000_000

    private func record() -> AnomalyRecord {
        var record = AnomalyRecord(id: 12)
        record.hubDeviceID = "meter-1"
        record.member = "crest/home-01"
        record.kind = "reset"
        record.fromAt = start + hour
        record.toAt = start + 2 * hour
        record.detail = "The import register fell from 1200 Wh to 5 Wh"
        record.foundAt = start + 5 * hour
        return record
    }

    private func context() -> AnomalyContext {
        func reading(_ number: Int64, _ wattHours: Int64, _ decision: ReadingDecision? = nil) -> AnomalyContext.Reading
        {
            AnomalyContext.Reading(
                time: start + number * hour,
                importWh: wattHours,
                exportWh: nil,
                quality: "M",
                receivedAt: start + number * hour,
                seconds: nil,
                decision: decision
            )
        }
        return AnomalyContext(
            anomaly: record(),
            kind: .register,
            registers: .import,
            limits: ConnectionLimits(),
            readings: [
                reading(0, 1_000), reading(1, 1_200), reading(2, 5), reading(3, 99, .setAside), reading(4, 205),
            ],
            history: [.init(reading: reading(1, 1_199), cause: "superseded", recordedAt: start + 2 * hour)],
            swaps: [RegistryMeterSwap(at: start + 2 * hour)]
        )
    }

    @Test func `a list is a table, and says how many more there are`() {
        #expect(
            AnomalyText.lines([record()], count: 2).joined(separator: "\n") == """
                id  kind   device   from (UTC)            to (UTC)              detail
                ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
                12  reset  meter-1  2016-08-01T01:00:00Z  2016-08-01T02:00:00Z  The import register fell from 1200 Wh to 5 Wh
                the newest 1 of 2; --limit shows more
                """
        )
        #expect(AnomalyText.lines([AnomalyRecord](), count: 0) == ["no anomalies"])
        var resolved = record()
        (resolved.resolution, resolved.resolvedBy, resolved.note) = (.accept, "Huber", "seen")
        #expect(AnomalyText.lines([resolved], count: 1).last?.contains("accept by Huber: seen") == true)
    }

    @Test func `counts have a total`() {
        let lines = AnomalyText.lines([
            ReasonCount(reason: "break", count: 5), ReasonCount(reason: "outlier", count: 7),
        ])
        #expect(lines.last?.split(separator: " ") == ["total", "12"])
    }

    @Test func `programs get every field`() throws {
        let text = AnomalyText.json([record()]).text
        let objects = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
        #expect(objects.first?["id"] as? Int == 12 && objects.first?["kind"] as? String == "reset")
        #expect(objects.first?["resolution"] is NSNull && objects.first?["to_at"] as? String == "2016-08-01T02:00:00Z")
    }

    @Test func `one is shown with its readings and choices`() {
        let effect = DecisionEffect(
            from: start,
            until: start + 4 * hour,
            importBefore: 400,
            importAfter: 1_400,
            exportBefore: 0,
            exportAfter: 0
        )
        let choices = [
            DecisionChoice(arguments: "--as meter-swap", effect: nil),
            DecisionChoice(arguments: "--as accept", effect: effect),
        ]
        #expect(
            AnomalyText.lines(context(), choices: choices, style: TerminalStyle()).joined(separator: "\n") == """
                anomaly 12, reset
                device       meter-1
                member       crest/home-01
                from         2016-08-01T01:00:00Z
                to           2016-08-01T02:00:00Z
                found at     2016-08-01T05:00:00Z
                detail       The import register fell from 1200 Wh to 5 Wh

                Readings around it; times are UTC
                time                  import Wh  change  export Wh  change  quality
                ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                2016-08-01T00:00:00Z      1,000                  -          M
                2016-08-01T01:00:00Z      1,200    +200          -          M        <- from
                2016-08-01T02:00:00Z          5  -1,195          -          M        meter exchanged at 2016-08-01T02:00:00Z; <- to
                2016-08-01T03:00:00Z         99     +94          -          M        set aside
                2016-08-01T04:00:00Z        205    +200          -          M

                Readings that lost their place
                time                  import Wh  export Wh  quality  enqueued              cause
                ─────────────────────────────────────────────────────────────────────────────────────
                2016-08-01T01:00:00Z      1,199          -  M        2016-08-01T01:00:00Z  superseded

                What can be decided
                  wattsource anomalies resolve 12 …
                  --as meter-swap
                      with registers (--import-final …, --import-start …): (final - before) + (after - start); without: changes no energy
                  --as accept
                      energy between 2016-08-01T00:00:00Z and 2016-08-01T04:00:00Z: import 400 Wh -> 1,400 Wh
                """
        )
    }

    @Test func `a decision says what it did, and would do`() {
        let span = CommunitySpan(community: "crest", span: TimeSpan(from: start, until: start + 3 * hour))
        let report = DecisionReport(
            anomaly: record(),
            recorded: ["meter swap of meter-1 at 2016-08-01T02:00:00Z"],
            effect: nil,
            dueAgain: [DueAgain(span: span, intervals: 3, final: 1)]
        )
        #expect(
            AnomalyText.lines(report, resolvedAs: .meterSwap, isDryRun: true) == [
                "would record: meter swap of meter-1 at 2016-08-01T02:00:00Z",
                "would be due again: 3 settled intervals of crest, from 2016-08-01T00:00:00Z to 2016-08-01T03:00:00Z (1 final)",
                "anomaly 12 would be resolved as meter-swap",
            ]
        )
        #expect(
            AnomalyText.lines(report, resolvedAs: nil, isDryRun: false) == [
                "took back: meter swap of meter-1 at 2016-08-01T02:00:00Z",
                "due again: 3 settled intervals of crest, from 2016-08-01T00:00:00Z to 2016-08-01T03:00:00Z (1 final)",
                "anomaly 12 is open",
            ]
        )
    }
}
