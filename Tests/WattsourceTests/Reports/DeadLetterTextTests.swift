import Ingestion
import PostgresStore
import Testing

@testable import wattsource

@Suite("DeadLetterText") struct DeadLetterTextTests {
    private func record(_ refusals: [ReplayRefusal], accepted: Int64 = 0) throws -> ReplayedRecord {
        var outcomes = OutcomeCounts()
        outcomes.accepted = accepted
        return ReplayedRecord(
            id: try #require(DeadLetterID("meters/3/4711")),
            incarnation: 0,
            letters: 1,
            resolved: accepted > 0 ? 1 : 0,
            outcomes: outcomes,
            refusals: refusals
        )
    }

    @Test func aReplayedRecordIsALine() throws {
        #expect(DeadLetterText.line(try record([], accepted: 1200)) == "meters/3/4711: accepted 1,200")
        let refusal = ReplayRefusal(readingIndex: 2, reason: "bad_unit", detail: "kW is no energy (byte 7)")
        #expect(
            DeadLetterText.line(try record([refusal], accepted: 2))
                == "meters/3/4711: accepted 2; reading 2 refused again: bad_unit, kW is no energy (byte 7)"
        )
        let whole = ReplayRefusal(readingIndex: -1, reason: "bad_json", detail: "x")
        #expect(DeadLetterText.line(try record([whole])) == "meters/3/4711: refused again: bad_json, x")
        #expect(DeadLetterText.line(try record([])) == "meters/3/4711: nothing in it that counts")
    }

    private func content(_ headers: [(String, String)], _ payload: String, _ detail: String) throws -> DeadLetterContent
    {
        var letter = DeadLetter(id: try #require(DeadLetterID("meters/3/4711/-1")))
        letter.detail = detail
        return DeadLetterContent(
            letter: letter,
            headers: headers.map { .init(name: Array($0.0.utf8), value: Array($0.1.utf8)) },
            payload: Array(payload.utf8)
        )
    }

    @Test func theFaultIsMarkedInTheBodyThatWasUnpacked() throws {
        // {"v":x} in base64, in a hub's routing envelope.
        let payload = #"{"SystemProperties":{"connectionDeviceId":"a"},"Body":"eyJ2Ijp4fQ=="}"#
        let enveloped = try content([], payload, "a number is expected (byte 5 of the unpacked body)")
        let lines = DeadLetterText.lines([enveloped], style: TerminalStyle())
        #expect(lines.suffix(3) == ["unpacked body, 7 bytes", #"  {"v":x}"#, "       ^ byte 5"])
        // With a hub's header the very same is just a body.
        let hub = try content([("iothub-connection-device-id", "a")], payload, "an object is expected (byte 0)")
        #expect(DeadLetterText.lines([hub], style: TerminalStyle()).suffix(2) == ["  \(payload)", "  ^ byte 0"])
    }

    @Test func aReplayIsSummedUp() {
        #expect(DeadLetterText.lines(ReplaySummary(), isDryRun: false) == ["no dead letters to replay"])
        var summary = ReplaySummary()
        summary.letters = 5
        summary.resolved = 2
        summary.outcomes.accepted = 3
        summary.outcomes.superseded = 1
        summary.refusals = ["bad_json": 1, "bad_unit": 2]
        #expect(
            DeadLetterText.lines(summary, isDryRun: false) == [
                "5 dead letters replayed: 2 resolved, 3 stay", "readings: accepted 3, superseded 1",
                "refused again, bad_unit: 2", "refused again, bad_json: 1",
            ]
        )
        let dry = DeadLetterText.lines(summary, isDryRun: true)
        #expect(dry.first == "5 dead letters replayed: 2 would be resolved, 3 would stay")
        #expect(dry.last == "nothing was changed")
    }
}
