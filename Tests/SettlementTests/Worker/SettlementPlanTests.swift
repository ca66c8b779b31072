import EnergySharing
import Testing

@testable import Settlement

@Suite("Settlement plan")
struct SettlementPlanTests {
    static let hour: Int64 = 3_600_000_000
    static let quarter: Int64 = 900_000_000

    static func rule(
        from: Int64 = .min,
        until: Int64 = .max,
        interval: Int64 = hour,
        grace: Int64 = 2 * hour,
        corrections: Int64? = nil
    ) -> SettlementRule {
        SettlementRule(
            validFrom: from,
            validUntil: until,
            interval: interval,
            sharing: SharingRule(),
            grace: grace,
            finality: .after(24 * hour),
            corrections: corrections
        )
    }

    static func claim(
        rules: [SettlementRule] = [rule()],
        settledUntil: Int64? = nil,
        firstReadingAt: Int64? = nil,
        dueAgain: [SettlementClaim.DueSpan] = [],
        meters: Int32 = 2
    ) -> SettlementClaim {
        SettlementClaim(
            terms: CommunityTerms(
                communityID: 1,
                rules: rules,
                participations: (1...meters).map { Participation(deviceID: $0, from: 0) },
                meters: Dictionary(
                    uniqueKeysWithValues: (1...meters).map { ($0, CommunityTerms.Meter(hubDeviceID: "m\($0)")) }
                )
            ),
            settledUntil: settledUntil,
            firstReadingAt: firstReadingAt,
            firstIntervalAt: nil,
            dueAgain: dueAgain
        )
    }

    func plan(
        _ claim: SettlementClaim,
        _ watermark: Int64,
        stream: Int64? = nil,
        horizon: Int64 = .max,
        ignoresGrace: Bool = false,
        budget: Int = 1_000
    ) -> SettlementPlan {
        SettlementPlan(
            claim,
            watermark: watermark,
            stream: stream ?? watermark,
            horizon: horizon,
            ignoresGrace: ignoresGrace,
            budget: budget
        )
    }

    @Test("Without data there is nothing to plan")
    func noData() {
        let plan = plan(Self.claim(), 100 * Self.hour)
        #expect(plan.spans.isEmpty)
        #expect(plan.settledUntil == nil)
        #expect(plan.nextDueAt == nil)
    }

    @Test("Intervals begin at the first edge with data and end where the grace has not passed")
    func firstTime() {
        let plan = plan(Self.claim(firstReadingAt: 5 * Self.hour + 1), 10 * Self.hour + 1)
        #expect(plan.spans.map(\.from) == [6 * Self.hour])
        #expect(plan.spans.map(\.until) == [8 * Self.hour])
        #expect(plan.settledUntil == 8 * Self.hour)
        #expect(plan.nextDueAt == 11 * Self.hour)
    }

    @Test("A reading on the edge begins the interval there, and nothing due leaves the beginning known")
    func nothingDue() {
        let plan = plan(Self.claim(firstReadingAt: 5 * Self.hour), 7 * Self.hour)
        #expect(plan.spans.isEmpty)
        #expect(plan.settledUntil == 5 * Self.hour)
        #expect(plan.nextDueAt == 8 * Self.hour)
    }

    @Test(
        "A beginning that the horizon has not reached stays open: earlier data may still come, in order, without a mark"
    )
    func beginningAheadOfTheHorizon() {
        // One partition is at 11 h already, another one holds the watermark at 8 h: it may yet bring readings from 6 h on.
        let early = plan(Self.claim(firstReadingAt: 11 * Self.hour), 8 * Self.hour)
        #expect(early.spans.isEmpty)
        #expect(early.settledUntil == nil)
        #expect(early.nextDueAt == nil)
        let later = plan(Self.claim(firstReadingAt: 8 * Self.hour + 1), 11 * Self.hour)
        #expect(later.settledUntil == 9 * Self.hour)
        #expect(later.nextDueAt == 12 * Self.hour)
        let drained = plan(Self.claim(firstReadingAt: 11 * Self.hour), 10 * Self.hour, ignoresGrace: true)
        #expect(drained.settledUntil == nil)
        let low = plan(Self.claim(firstReadingAt: 5 * Self.hour), 10 * Self.hour, horizon: 4 * Self.hour)
        #expect(low.settledUntil == nil)
    }

    @Test("Before anything was consumed nothing is due, and nothing overflows")
    func nothingConsumed() {
        #expect(plan(Self.claim(settledUntil: 5 * Self.hour), .min).spans.isEmpty)
        #expect(plan(Self.claim(firstReadingAt: 5 * Self.hour), .min).settledUntil == nil)
    }

    @Test("An interval is due exactly when its end plus the grace is reached")
    func exactlyDue() {
        #expect(plan(Self.claim(settledUntil: 5 * Self.hour), 8 * Self.hour - 1).spans.isEmpty)
        #expect(plan(Self.claim(settledUntil: 5 * Self.hour), 8 * Self.hour).spans.count == 1)
    }

    @Test("Nothing beyond the horizon is settled, even if a grace that just became shorter makes it due")
    func horizon() {
        let plan = plan(Self.claim(settledUntil: 5 * Self.hour), 12 * Self.hour, horizon: 8 * Self.hour + 1)
        #expect(plan.settledUntil == 8 * Self.hour)
        #expect(plan.nextDueAt == 11 * Self.hour)
    }

    @Test("What is settled from readings that are gone is sealed")
    func sealed() {
        let open = SettlementClaim.DueSpan(from: .min, until: .max, cause: "requested")
        var claim = Self.claim(settledUntil: 200 * Self.hour, dueAgain: [open])
        claim.readingsFrom = 100 * Self.hour
        let plan = plan(claim, 0)
        #expect(plan.spans.map(\.from) == [148 * Self.hour])
        #expect(plan.spans.map(\.until) == [200 * Self.hour])
        claim.readingsFrom = 1_000 * Self.hour
        #expect(self.plan(claim, 0).spans.isEmpty)
        #expect(self.plan(claim, 0).stillDue.isEmpty)
    }

    @Test("No span is longer than a month, whatever the budget")
    func longest() {
        var claim = Self.claim(settledUntil: 0, meters: 1)
        var until: [Int64] = []
        for _ in 0..<3 {
            let plan = plan(claim, 1_600 * Self.hour, budget: .max)
            until += plan.spans.map { $0.until / Self.hour }
            claim.settledUntil = plan.settledUntil
        }
        #expect(until == [744, 1_488, 1_598])
    }

    @Test("At the end of a drain graces do not count")
    func ignoringGrace() {
        let plan = plan(Self.claim(settledUntil: 5 * Self.hour), 8 * Self.hour, ignoresGrace: true)
        #expect(plan.settledUntil == 8 * Self.hour)
        #expect(plan.nextDueAt == 11 * Self.hour)
    }

    @Test("A rule that changes on a date splits the span, each side by its own interval and grace")
    func datedRules() {
        let rules = [
            Self.rule(until: 10 * Self.hour),
            Self.rule(from: 10 * Self.hour, interval: Self.quarter, grace: Self.hour),
        ]
        let plan = plan(Self.claim(rules: rules, settledUntil: 8 * Self.hour), 12 * Self.hour)
        #expect(plan.spans.map(\.from) == [8 * Self.hour, 10 * Self.hour])
        #expect(plan.spans.map(\.until) == [10 * Self.hour, 11 * Self.hour])
        #expect(plan.spans.map(\.count) == [2, 4])
        // Before the old rule's grace has passed, the new rule's intervals wait too.
        let early = self.plan(Self.claim(rules: rules, settledUntil: 8 * Self.hour), 11 * Self.hour + Self.hour / 2)
        #expect(early.spans.map(\.until) == [9 * Self.hour])
    }

    @Test("A span that is due again grows to whole intervals, within what is settled")
    func again() {
        let due = SettlementClaim.DueSpan(from: 5 * Self.hour + 1, until: 7 * Self.hour + 1, cause: "late")
        let plan = plan(Self.claim(settledUntil: 9 * Self.hour, dueAgain: [due]), 0)
        #expect(plan.spans.map(\.from) == [5 * Self.hour])
        #expect(plan.spans.map(\.until) == [8 * Self.hour])
        #expect(plan.spans.map(\.isAgain) == [true])
        #expect(plan.spans.map(\.cause) == ["late"])
        let open = SettlementClaim.DueSpan(from: .min, until: .max, cause: "registry")
        let all = self.plan(Self.claim(settledUntil: 9 * Self.hour, dueAgain: [open]), 0)
        #expect(all.spans.map(\.from) == [0])
        #expect(all.spans.map(\.until) == [9 * Self.hour])
    }

    @Test("What was settled while somebody took part is due again when nobody does any more")
    func againWithoutAnybody() {
        var claim = Self.claim(
            settledUntil: 9 * Self.hour,
            dueAgain: [SettlementClaim.DueSpan(from: .min, until: .max, cause: "registry")]
        )
        claim.firstIntervalAt = 2 * Self.hour
        for from in [5 * Self.hour, nil] {
            claim.terms.participations = from.map { [Participation(deviceID: 1, from: $0)] } ?? []
            #expect(plan(claim, 0).spans.map(\.from) == [2 * Self.hour])
        }
        claim.firstIntervalAt = nil
        #expect(plan(claim, 0).spans.isEmpty)
    }

    @Test("What is not settled yet is not due again")
    func againBeyond() {
        let due = SettlementClaim.DueSpan(from: 9 * Self.hour, until: .max, cause: "late")
        #expect(plan(Self.claim(settledUntil: 9 * Self.hour, dueAgain: [due]), 0).spans.isEmpty)
    }

    @Test("Spans that meet in one interval settle it once")
    func meeting() {
        let spans = [
            SettlementClaim.DueSpan(from: 6 * Self.hour + 10, until: 6 * Self.hour + 20, cause: "late"),
            SettlementClaim.DueSpan(from: 5 * Self.hour, until: 6 * Self.hour + 5, cause: "late"),
        ]
        let plan = plan(Self.claim(settledUntil: 9 * Self.hour, dueAgain: spans), 0)
        #expect(plan.spans.map(\.from) == [5 * Self.hour])
        #expect(plan.spans.map(\.until) == [7 * Self.hour])
    }

    @Test("The budget bounds a transaction; the rest stays due", arguments: [1, 2, 3, 4, 6, 100])
    func budget(budget: Int) {
        let spans = [
            SettlementClaim.DueSpan(from: 0, until: 2 * Self.hour, cause: "late"),
            SettlementClaim.DueSpan(from: 4 * Self.hour, until: 5 * Self.hour, cause: "registry"),
        ]
        var claim = Self.claim(settledUntil: 6 * Self.hour, dueAgain: spans)
        var settled: [Int64] = []
        for _ in 0..<20 {
            let plan = plan(claim, 10 * Self.hour, budget: budget)
            for span in plan.spans {
                #expect(span.count * 2 <= max(budget, 2))
                settled += stride(from: span.from, to: span.until, by: Int64.Stride(Self.hour)).map { $0 / Self.hour }
            }
            claim.dueAgain = plan.stillDue
            claim.settledUntil = plan.settledUntil
            if plan.spans.isEmpty { break }
        }
        #expect(settled == [0, 1, 4, 6, 7])
        #expect(claim.settledUntil == 8 * Self.hour)
        #expect(claim.dueAgain.isEmpty)
    }

    // MARK: Corrections

    private func due(_ from: Int64, _ until: Int64, _ cause: String) -> SettlementClaim.DueSpan {
        SettlementClaim.DueSpan(from: from * Self.hour, until: until * Self.hour, cause: cause)
    }

    private func hours(_ spans: [SettlementClaim.ClosedSpan]) -> [[Int64]] {
        spans.map { [$0.from / Self.hour, $0.until / Self.hour] }
    }

    private func hours(_ spans: [PlannedSpan]) -> [[Int64]] {
        spans.map { [$0.from / Self.hour, $0.until / Self.hour] }
    }

    @Test("What readings touch is closed exactly when an interval's end plus the time for corrections is reached")
    func closed() {
        let rules = [Self.rule(corrections: 10 * Self.hour)]
        let claim = Self.claim(rules: rules, settledUntil: 20 * Self.hour, dueAgain: [due(3, 8, "late")])
        let early = plan(claim, 16 * Self.hour - 1)
        #expect(hours(early.spans) == [[5, 8]] && hours(early.closed) == [[3, 5]])
        let later = plan(claim, 16 * Self.hour)
        #expect(hours(later.spans) == [[6, 8]] && hours(later.closed) == [[3, 6]])
        let all = plan(claim, 100 * Self.hour, horizon: 20 * Self.hour)
        #expect(all.spans.isEmpty && hours(all.closed) == [[3, 8]])
        #expect(all.settledUntil == 20 * Self.hour && all.stillDue.isEmpty)
        // Nothing was consumed: nothing is closed. What a drain settles by is not what closes.
        let drained = plan(claim, 100 * Self.hour, stream: .min, horizon: 20 * Self.hour, ignoresGrace: true)
        #expect(hours(drained.spans) == [[3, 8]] && drained.closed.isEmpty)
    }

    @Test("Without a limit nothing is closed, and other causes do not mind one")
    func neverClosed() {
        let late = Self.claim(settledUntil: 20 * Self.hour, dueAgain: [due(3, 8, "late")])
        #expect(hours(plan(late, .max - 1, horizon: 0).spans) == [[3, 8]])
        for cause in ["registry", "requested", "decision"] {
            let claim = Self.claim(
                rules: [Self.rule(corrections: 0)],
                settledUntil: 20 * Self.hour,
                dueAgain: [due(3, 8, cause)]
            )
            #expect(hours(plan(claim, 100 * Self.hour, horizon: 0).spans) == [[3, 8]])
            #expect(plan(claim, 100 * Self.hour, horizon: 0).closed.isEmpty)
        }
    }

    @Test("A closed span hides nothing that something else makes due, and what that settles did not come too late")
    func closedBesideOthers() {
        let rules = [Self.rule(corrections: 10 * Self.hour)]
        let spans = [due(1, 9, "late"), due(2, 4, "registry"), due(3, 5, "requested"), due(0, 2, "late")]
        let claim = Self.claim(rules: rules, settledUntil: 20 * Self.hour, dueAgain: spans)
        let plan = plan(claim, 17 * Self.hour, horizon: 0)
        #expect(hours(plan.spans) == [[2, 4], [4, 5], [7, 9]])
        #expect(hours(plan.closed) == [[0, 2], [5, 7]])
        // What the budget leaves for later is taken out when it is settled.
        let first = self.plan(claim, 17 * Self.hour, horizon: 0, budget: 2)
        #expect(hours(first.spans) == [[2, 3]])
        #expect(hours(first.closed) == [[0, 2], [3, 7]])
    }

    @Test("Each rule closes what begins in its time")
    func closedByRule() {
        let rules = [
            Self.rule(until: 10 * Self.hour, corrections: 40 * Self.hour),
            Self.rule(from: 10 * Self.hour, interval: Self.quarter, corrections: 5 * Self.hour),
        ]
        let claim = Self.claim(rules: rules, settledUntil: 20 * Self.hour, dueAgain: [due(8, 14, "late")])
        let plan = plan(claim, 17 * Self.hour, horizon: 0)
        #expect(hours(plan.spans) == [[8, 10], [12, 14]])
        #expect(hours(plan.closed) == [[10, 12]])
    }
}
