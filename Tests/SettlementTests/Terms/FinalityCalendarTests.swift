import EnergySharing
import Testing

@testable import Settlement

@Suite("Finality by the calendar")
struct FinalityCalendarTests {
    private static let hour: Int64 = 3_600_000_000

    /// Hours since 2026-03-01T00:00:00Z.
    private func at(_ hours: Double) -> Int64 { 1_772_323_200_000_000 + Int64(hours * Double(Self.hour)) }

    /// March and April in Vienna, where the clocks go forward on the 29th: they begin at 00:00+01:00 and 00:00+02:00, and are final on the 5th
    /// of the next month at 06:00+02:00.
    private var vienna: FinalityCalendar {
        FinalityCalendar([
            .init(start: at(-1), finalAt: at(31 * 24 + 4 * 24 + 4)),
            .init(start: at(31 * 24 - 2), finalAt: at(61 * 24 + 4 * 24 + 4)),
        ])
    }

    @Test("An interval belongs to the local month in which it begins")
    func months() {
        let march = at(35 * 24 + 4)
        let april = at(65 * 24 + 4)
        #expect(vienna.finalAt(start: at(-1), end: at(0)) == march)
        #expect(vienna.finalAt(start: at(31 * 24 - 3), end: at(31 * 24 - 2)) == march)
        #expect(vienna.finalAt(start: at(31 * 24 - 2.25), end: at(31 * 24 - 2)) == march)
        #expect(vienna.finalAt(start: at(31 * 24 - 2), end: at(31 * 24 - 1)) == april)
        #expect(vienna.finalAt(start: at(31 * 24 + 500), end: at(31 * 24 + 501)) == april)
    }

    @Test("In a zone with half hours an interval that begins at 23:30 is its month's, and never final before its end")
    func halfHours() {
        // Kolkata: April begins at 18:30Z on March 31; it becomes final on the 1st of May at 00:00, March on the 1st of April at 00:00.
        let april = at(30 * 24 + 18.5)
        let calendar = FinalityCalendar([
            .init(start: april, finalAt: at(60 * 24 + 18.5)), .init(start: at(-5.5), finalAt: april),
        ])
        #expect(calendar.finalAt(start: april - Self.hour / 2, end: april + Self.hour / 2) == april + Self.hour / 2)
        #expect(calendar.finalAt(start: april - Self.hour, end: april) == april)
        #expect(calendar.finalAt(start: april, end: april + Self.hour) == at(60 * 24 + 18.5))
    }

    @Test("What the calendar does not reach back to never becomes final by it")
    func before() {
        #expect(vienna.finalAt(start: at(-2), end: at(-1)) == .max)
        #expect(FinalityCalendar([]).finalAt(start: 0, end: 1) == .max)
    }

    @Test("Intervals become final by their rule", arguments: [5, Int64.max - 3 * hour])
    func span(finality: Int64) {
        var rule = SettlementPlanTests.rule()
        rule.finality = .after(finality)
        let terms = CommunityTerms(
            communityID: 1,
            rules: [rule],
            participations: [Participation(deviceID: 1, from: 0)],
            meters: [1: CommunityTerms.Meter(hubDeviceID: "a")]
        )
        let span = PlannedSpan(from: at(0), until: at(3), rule: rule, isAgain: true, cause: "")
        var settlement = SpanSettlement(span, terms)
        let (sum, overflows) = at(1).addingReportingOverflow(finality)
        #expect(settlement.settle(firstIntervalAt: 0).intervals[0].finalAt == (overflows ? .max : sum))
        settlement.take(vienna)
        #expect(settlement.settle(firstIntervalAt: 0).intervals[0].finalAt == (overflows ? .max : sum))
        rule.finality = .calendar(day: 5, time: 6 * Self.hour)
        settlement = SpanSettlement(
            PlannedSpan(from: at(0), until: at(3), rule: rule, isAgain: true, cause: ""),
            terms
        )
        settlement.take(vienna)
        #expect(settlement.settle(firstIntervalAt: 0).intervals.map(\.finalAt) == [Int64](repeating: at(844), count: 3))
    }
}
