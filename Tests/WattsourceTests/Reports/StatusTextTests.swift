import Foundation
import Ingestion
import PostgresStore
import Testing

@testable import wattsource

@Suite("StatusText") struct StatusTextTests {
    private func sample() -> StatusSnapshot {
        let now: Int64 = 1_478_476_860_000_000  // 2016-11-07T00:01:00Z
        var running = PartitionStatus(TopicPartition(topic: "meters", partition: 0))
        running.nextOffset = 43_805
        running.epoch = 2
        running.owner = "worker-a"
        running.isOwnerConnected = true
        running.watermark = now - 60_000_000
        running.updatedAt = now - 5_000_000
        running.endOffset = 44_000
        var halted = PartitionStatus(TopicPartition(topic: "meters", partition: 1))
        halted.haltReason = "offsets 10 to 20 are gone"
        halted.nextOffset = 10
        var community = CommunityStatus(community: "crest")
        community.settledUntil = 1_478_476_800_000_000
        community.dueSpans = 2
        community.final = 1000
        community.anomalies = 4
        community.lateSpans = 1
        var status = StatusSnapshot()
        status.now = now
        status.partitions = [running, halted]
        status.watermark = now - 60_000_000
        status.communities = [community]
        status.dueMarks = 3
        status.deadLetters = [.init(reason: "bad_json", count: 1200)]
        status.anomalies = [.init(reason: "break", count: 1)]
        return status
    }

    @Test func forPeople() {
        #expect(
            StatusText.lines(sample(), style: TerminalStyle()).joined(separator: "\n") == """
                Stream at 2016-11-07T00:01:00Z; all times are UTC
                topic   partition  verdict  next offset  lag  epoch  owner     watermark             last commit  at end for
                ────────────────────────────────────────────────────────────────────────────────────────────────────────────
                meters          0  running       43,805  195      2  worker-a  2016-11-07T00:00:00Z  5 s ago      -
                meters          1  halted            10    -      0  -         -                     -            -
                meters[1] is halted at offset 10: offsets 10 to 20 are gone
                  to go on without what is lost: wattsource positions accept-gap --help
                watermark 2016-11-07T00:00:00Z

                Settlement
                community  settled until         next due at watermark  due again  provisional  final  corrected  incomplete  anomalies
                ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                crest      2016-11-07T00:00:00Z  -                              2            0  1,000          0           0          4
                due marks not looked at yet: 3

                For a person to look at
                halted: meters[1]
                dead letters, bad_json: 1,200
                anomalies, break: 1
                readings too late for crest, spans: 1; wattsource settle takes them in

                Ledger
                records 0: skipped 0, refused 0
                readings 0: accepted 0, duplicate 0, replaced 0, superseded 0, rejected 0
                """
        )
    }

    @Test func forPrograms() throws {
        let text = StatusText.json(sample()).text
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let partitions = try #require(object["partitions"] as? [[String: Any]])
        #expect(partitions[0]["lag"] as? Int == 195)
        #expect(partitions[1]["verdict"] as? String == "halted")
        #expect(partitions[1]["watermark"] is NSNull)
        #expect(object["due_marks"] as? Int == 3)
        let communities = try #require(object["communities"] as? [[String: Any]])
        #expect(communities[0]["late_spans"] as? Int == 1)
        #expect(object["dead_letters"] as? [String: Int] == ["bad_json": 1200])
    }

    @Test func nothingYet() {
        let lines = StatusText.lines(StatusSnapshot(), style: TerminalStyle())
        #expect(lines.contains("nothing was consumed yet"))
        #expect(lines.contains("no community: load a registry with wattsource registry apply"))
        #expect(lines.contains("nothing"))
    }

    @Test func findingsOfVerify() {
        var finding = BookFinding(name: "offsets", claim: "all is counted", unit: "offsets")
        finding.checked = 1000
        #expect(FindingText.lines(finding, style: TerminalStyle()) == ["ok   offsets: all is counted (1,000 offsets)"])
        finding.remark = "some are gone"
        finding.contradictions = ["3 is twice"]
        finding.contradictionCount = 5
        #expect(
            FindingText.lines(finding, style: TerminalStyle()) == [
                "FAIL offsets: all is counted (1,000 offsets); some are gone", "     3 is twice", "     and 4 more",
            ]
        )
    }
}
