import ArgumentParser
import EnergySharing
import Foundation
import Settlement
import Testing

@testable import PostgresStore
@testable import wattsource

@Suite("How a number came about") struct ExplanationTextTests {
    private let fixture = ExplanationFixture()

    private func text(_ explanation: IntervalExplanation, all: Bool = false) -> String {
        ExplanationText(explanation: explanation, showsAll: all, style: TerminalStyle()).lines().joined(separator: "\n")
    }

    @Test func everyElementOfAnInterval() throws {
        let expected = """
            A-own, of member home-01 (Home\\u{1b} 01) of crest

            Sierra Crest (crest), 2016-08-01 03:00+02:00 to 2016-08-01 04:00+02:00, Europe/Berlin
            2016-08-01T01:00:00Z to 2016-08-01T02:00:00Z in UTC, as are all times from here on
            corrected, revision 1, settled 2016-08-01T10:00:00Z again: late; final since the stream's watermark passed 2016-08-01T08:20:00Z
            3 of 4 meters that should have a value have one

            1. What the meter said
            time                  import Wh  export Wh  quality  use                       received              from
            ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
            2016-08-01T00:50:00Z       1000        500  M        counts                    2016-08-01T00:50:05Z  the stream
            2016-08-01T01:20:00Z        210        500  M        counts                    2016-08-01T01:20:05Z  by hand: Ada, the log\\u{7}
            2016-08-01T01:30:00Z       9999        500  M        set aside by Bob: a typo  2016-08-01T01:30:05Z  the stream
            2016-08-01T01:40:00Z        310        530  M        counts                    2016-08-01T01:40:05Z  the stream; late; the hub's time
            2016-08-01T02:10:00Z        510        551  M        counts                    2016-08-01T02:10:05Z  the stream
            the meter was exchanged at 2016-08-01T01:10:00Z: import from 1090 Wh on the old one to 0 Wh on the new one, export registers not known
            rollover: Something is odd.
            import from 2016-08-01T00:50:00Z to 2016-08-01T01:20:00Z, 1000 Wh to 210 Wh, across the exchange: 300 Wh count, so that 210 Wh stand for 1300 Wh below
            import register at 2016-08-01T01:00:00Z: 1000 + ⌊(1300 − 1000) × 600 s / 1800 s⌋ = 1100 Wh
            import register at 2016-08-01T02:00:00Z: 1400 + ⌊(1600 − 1400) × 1200 s / 1800 s⌋ = 1533 Wh
            imported: 1533 − 1100 = 433 Wh
            export register at 2016-08-01T01:00:00Z: 500 + ⌊(500 − 500) × 600 s / 1800 s⌋ = 500 Wh
            export register at 2016-08-01T02:00:00Z: 530 + ⌊(551 − 530) × 1200 s / 1800 s⌋ = 544 Wh
            exported: 544 − 500 = 44 Wh
            quality M: measured

            2. What of it takes part
            a factor of 600000 in 1000000: ⌊433 × 600000 / 1000000⌋ = 259 Wh imported, ⌊44 × 600000 / 1000000⌋ = 26 Wh exported
            in lodge a factor of 250000: 108 Wh imported, 11 Wh exported
            in no community: 433 − 259 − 108 = 66 Wh imported, 44 − 26 − 11 = 7 Wh exported
            a share of 333333 in 1000000: hour number 1 (from 0) of the profile from 2016-08-01T00:00:00Z to 2016-08-01T02:00:00Z, by shares.csv

            3. How it was split
            by the rule that holds since 2016-08-01T00:00:00Z
            key static, 3 members: 1026 Wh offered, 959 Wh needed; watt-hours left over by rounding down go to the largest remainders
            step 1, fixed shares: 854 of 1026 Wh on shares of 833333
              A-own: 854 × 333333 / 833333 = 341 remainder 499829, + 1 as remainder number 1 by size; needs 259, takes 259 Wh
              1 other
            producers, 771 Wh on offers of 1026 Wh
              A-own: 771 × 26 / 1026 = 19 remainder 552, + 1 as remainder number 1 by size; offers 26, gives 20 Wh
              1 other
            A-own: 259 Wh from the community, 0 Wh from the grid; 20 Wh shared, 6 Wh surplus

            4. What came of it
                          import  community  grid  export  shared  surplus  quality  unshared import  unshared export
            ─────────────────────────────────────────────────────────────────────────────────────────────────────────
            computed now     259        259     0      26      20        6  M                     66                7
            stored           259        259     0      26      20        6  M                     66                7
            they are the same

            5. Revisions
            revision  settled               cause  import  community  grid  export  shared  surplus  quality  unshared import  unshared export
            ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                   1  2016-08-01T10:00:00Z  late      259        259     0      26      20        6  M                     66                7
                   0  2016-08-01T03:20:00Z  first     249        249     0      26      20        6  M                     66                7

            community lodge: not settled yet
            """
        let found = text(try fixture.explanation()).split(separator: "\n", omittingEmptySubsequences: false)
        let lines = expected.split(separator: "\n", omittingEmptySubsequences: false)
        for (line, wanted) in zip(found, lines) { #expect(line == wanted) }
        #expect(found.count == lines.count)
    }

    @Test func othersAreNamedOnlyIfAllAreWanted() throws {
        let explanation = try fixture.explanation()
        #expect(!text(explanation).contains("B-neighbour") && !text(explanation).contains("d-silent"))
        let all = text(explanation, all: true)
        #expect(all.contains("  B-neighbour: 854 × 500000 / 833333 = 512"))
        #expect(all.contains("missing: d-silent\n") && all.contains("c-producer: 0 Wh from the community"))
        for format in [ExplanationJSON(explanation, showsAll: false), ExplanationJSON(explanation, showsAll: true)] {
            _ = try JSONSerialization.jsonObject(with: Data(format.value.text.utf8))
        }
        let own = ExplanationJSON(explanation, showsAll: false).value.text
        #expect(!own.contains("B-neighbour") && !own.contains("c-producer") && !own.contains("d-silent"))
        #expect(ExplanationJSON(explanation, showsAll: true).value.text.contains("\"meter\": \"B-neighbour\""))
    }

    @Test func sharesAndPrioritiesAreToldWhereTheKeyAsksForThem() throws {
        #expect(text(try fixture.explanation(key: .priority)).contains("\nserved with priority 2\n"))
        let proportional = text(try fixture.explanation(key: .proportional))
        #expect(!proportional.contains("share of") && !proportional.contains("priority"))
        #expect(text(try fixture.explanation(key: .equal)).contains("since 2016-08-01T00:00:00Z, applied once\n"))
        var explanation = try fixture.explanation()
        explanation.communities[0].computed?.profile?.source = nil
        #expect(text(explanation).contains("no share: the profile from"))
        explanation.communities[0].computed?.profile = nil
        #expect(text(explanation).contains("\na fixed share of 333333 in 1000000\n"))
    }

    @Test func whatDiffersIsExplained() throws {
        var explanation = try fixture.explanation()
        explanation.communities[0].due.marks = 2
        explanation.communities[0].due.causes = ["registry"]
        #expect(
            text(explanation).contains(
                "they are the same, and the interval is due again (registry; 2 readings touched it"
            )
        )
        explanation.communities[0].stored = nil
        #expect(text(explanation).contains("they differ, because the interval is due again (registry; 2 readings"))
        #expect(text(explanation).contains("stored             -          -"))
        explanation.communities[0].due = .init(closedSince: 0)
        #expect(text(explanation).contains("after its time for corrections (noted 1970-01-01T00:00:00Z)"))
        let again = "wattsource settle --community crest --from 2016-08-01T01:00:00Z --until 2016-08-01T02:00:00Z"
        #expect(text(explanation).contains(again))
        explanation.communities[0].due = .init()
        #expect(text(explanation).contains("this is a fault of wattsource") && text(explanation).contains(again))
        explanation.communities[0].computed = nil
        explanation.communities[0].sealedUntil = 0
        #expect(text(explanation).contains("the time before 1970-01-01T00:00:00Z is sealed"))
    }

    @Test func revisionsOfBeforeTheyWereKept() throws {
        var explanation = try fixture.explanation()
        explanation.communities[0].revisions[1].isKnown = false
        #expect(text(explanation).contains("2016-08-01T03:20:00Z  not kept  "))
    }

    @Test func readingsOfIntervals() throws {
        var explanation = try fixture.explanation()
        let (start, minute) = (ExplanationFixture.start, ExplanationFixture.minute)
        let series = IntervalSeries(
            readings: [
                IntervalReading(start: start + 30 * minute, seconds: 3_600, importWh: 101, exportWh: nil),
                IntervalReading(start: start + 90 * minute, seconds: 900, importWh: 7, exportWh: nil),
                IntervalReading(start: start + 105 * minute, seconds: 900, importWh: 8, exportWh: nil),
            ],
            limits: ConnectionLimits()
        )
        func lines(_ from: Int64) throws -> String {
            var community = try #require(explanation.communities.first)
            community.start = start + from * minute
            community.end = community.start + 60 * minute
            var evidence = try #require(community.computed).evidence
            evidence.energy = .intervals(series.explain(from: community.start, interval: 60 * minute))
            return EvidenceText(community, evidence).lines().joined(separator: "\n")
        }
        let whole = try lines(60)
        #expect(
            whole.contains(
                "of the import of the reading that begins at 2016-08-01T00:30:00Z, from 2016-08-01T01:00:00Z to 2016-08-01T01:30:00Z: "
                    + "⌊101 × 3600 s / 3600 s⌋ − ⌊101 × 1800 s / 3600 s⌋ = 51 Wh"
            )
        )
        #expect(
            whole.contains("imported: 51 + 7 + 8 = 66 Wh\nexported: 0 + 0 + 0 = 0 Wh\nquality E: a reading was split")
        )
        let part = try lines(120)
        #expect(part.contains("readings cover 0 s of 1 h\nso the interval has no value of this meter"))
        explanation.communities[0].computed?.evidence.energy = .intervals(series.explain(from: start, interval: minute))
        #expect(ExplanationJSON(explanation, showsAll: false).value.text.contains("\"pieces\": []"))
    }

    @Test func registersThatAreNotKnown() throws {
        let explanation = try fixture.explanation()
        let community = explanation.communities[0]
        var evidence = try #require(community.computed).evidence
        func lines(_ readings: [RegisterReading]) -> String {
            evidence.energy = .registers(
                RegisterSeries(readings: readings, limits: ConnectionLimits(registerDigits: 4))
                    .explain(from: community.start, interval: community.end - community.start)
            )
            return EvidenceText(community, evidence).lines().joined(separator: "\n")
        }
        let at = { (minutes: Int64, wh: Int64) in
            RegisterReading(time: ExplanationFixture.at(minutes), importWh: wh, exportWh: nil)
        }
        let open = lines([at(60, 100)])
        #expect(open.contains("import register at 2016-08-01T01:00:00Z: 100 Wh, by the reading of that instant"))
        #expect(
            open.contains("import register at 2016-08-01T02:00:00Z: not known, no reading at or after that instant yet")
        )
        #expect(open.contains("exported: the meter does not report that register here: 0 Wh"))
        #expect(open.contains("so the interval has no value of this meter"))
        #expect(lines([at(70, 100)]).contains("not known, no reading at or before that instant counts"))
        #expect(
            lines([at(60, 5_000), at(120, 10)]).contains(
                "what passed is not known; 0 Wh count, so that 10 Wh stand for 5000 Wh"
            )
        )
        #expect(lines([at(60, 5_000), at(120, 10)]).contains("quality E: energy is missing between two readings"))
        #expect(lines([at(60, 9_999_990), at(120, 10)]).contains("the register passed its end; 20 Wh count"))
        #expect(
            lines([at(0, 100), at(200, 500)]).contains(
                "quality E: an edge lies between readings more than an interval apart"
            )
        )
    }

    @Test func theIntervalIsAnInstant() throws {
        #expect(throws: (any Error).self) { try ExplainCommand.parse(["--device", "d", "--interval", "2016-08-01"]) }
        #expect(throws: (any Error).self) { try ExplainCommand.parse(["--device", "d", "--interval", "noon"]) }
        let command = try ExplainCommand.parse(["--device", "d", "--interval", "2016-08-01T12:00:00+02:00", "--all"])
        #expect(command.interval.instantInUTC == ExplanationFixture.at(600) && command.all && command.format == .text)
    }
}
