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
        horizon: Int64 = .max,
        ignoresGrace: Bool = false,
        budget: Int = 1_000
    ) -> SettlementPlan {
        SettlementPlan(
            claim,
            watermark: watermark,
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

    @Test("What comes before the first interval is settled as far as to it, so that there is no hole")
    func beforeTheFirst() {
        var claim = Self.claim(settledUntil: 9 * Self.hour, dueAgain: [due(1, 3, "registry")])
        claim.firstIntervalAt = 6 * Self.hour
        #expect(hours(plan(claim, 0)) == [[1, 6]])
        claim.dueAgain = [due(1, 8, "registry")]
        #expect(hours(plan(claim, 0)) == [[1, 8]])
        claim.dueAgain = [due(6, 7, "registry")]
        #expect(hours(plan(claim, 0)) == [[6, 7]])
        // Of what is sealed nothing is settled, so nothing comes before the first.
        claim.dueAgain = [due(1, 3, "registry")]
        claim.readingsFrom = 4 * Self.hour - 48 * Self.hour
        #expect(plan(claim, 0).spans.isEmpty)
        // On both sides of a date, each by its rule.
        claim.readingsFrom = nil
        claim.terms.rules = [Self.rule(until: 4 * Self.hour), Self.rule(from: 4 * Self.hour, interval: Self.quarter)]
        #expect(hours(plan(claim, 0)) == [[1, 4], [4, 6]])
    }

    // MARK: Corrections

    private func due(_ from: Int64, _ until: Int64, _ cause: String, receivedAt: Int64? = nil)
        -> SettlementClaim.DueSpan
    {
        SettlementClaim.DueSpan(
            from: from * Self.hour,
            until: until * Self.hour,
            cause: cause,
            receivedAt: receivedAt
        )
    }

    /// The hours of what is written, or only compared.
    private func hours(_ plan: SettlementPlan, closed: Bool = false) -> [[Int64]] {
        plan.spans.filter { $0.isClosed == closed }.map { [$0.from / Self.hour, $0.until / Self.hour] }
    }

    @Test(
        "An interval is closed exactly if its end plus the time for corrections is at or before the readings' receipt"
    )
    func closed() {
        func check(_ received: Int64?, _ corrections: Int64?, open: [[Int64]], closed: [[Int64]]) {
            let claim = Self.claim(
                rules: [Self.rule(corrections: corrections)],
                settledUntil: 20 * Self.hour,
                dueAgain: [due(3, 8, "late", receivedAt: received)]
            )
            // Whatever the watermark is by now.
            for watermark in [Int64.min, 0, 16 * Self.hour, 100 * Self.hour] {
                let plan = plan(claim, watermark, horizon: 20 * Self.hour)
                #expect(hours(plan) == open && hours(plan, closed: true) == closed)
                #expect(plan.stillDue.isEmpty && plan.settledUntil == 20 * Self.hour)
            }
        }
        check(16 * Self.hour - 1, 10 * Self.hour, open: [[5, 8]], closed: [[3, 5]])
        check(16 * Self.hour, 10 * Self.hour, open: [[6, 8]], closed: [[3, 6]])
        check(100 * Self.hour, 10 * Self.hour, open: [], closed: [[3, 8]])
        check(13 * Self.hour, 10 * Self.hour, open: [[3, 8]], closed: [])
        check(.min, 10 * Self.hour, open: [[3, 8]], closed: [])
        check(nil, 0, open: [[3, 8]], closed: [])
        check(100 * Self.hour, nil, open: [[3, 8]], closed: [])
    }

    @Test("What something else settles again is not compared, and what readings were received for in time is settled")
    func closedBesideOthers() {
        let rules = [Self.rule(corrections: 10 * Self.hour)]
        let received = 17 * Self.hour
        let spans = [
            due(1, 9, "late", receivedAt: received), due(2, 4, "registry"), due(3, 5, "requested"),
            due(0, 2, "late", receivedAt: received + 1),
        ]
        let claim = Self.claim(rules: rules, settledUntil: 20 * Self.hour, dueAgain: spans)
        let plan = plan(claim, 0)
        #expect(hours(plan) == [[2, 4], [4, 5], [7, 9]])
        #expect(hours(plan, closed: true) == [[0, 2], [5, 7]])
        let inTime = Self.claim(
            rules: rules,
            settledUntil: 20 * Self.hour,
            dueAgain: [due(1, 9, "late", receivedAt: 30 * Self.hour), due(3, 4, "late", receivedAt: 12 * Self.hour)]
        )
        #expect(hours(self.plan(inTime, 0)) == [[3, 4]])
        #expect(hours(self.plan(inTime, 0), closed: true) == [[1, 3], [4, 9]])
    }

    @Test("In any transactions, and with readings of many times, the same is closed", arguments: [1, 2, 5, 7, 100])
    func closedInParts(budget: Int) {
        let rules = [Self.rule(corrections: 10 * Self.hour)]
        let spans = [
            due(0, 6, "late", receivedAt: 15 * Self.hour), due(2, 8, "late", receivedAt: 16 * Self.hour),
            due(5, 12, "late", receivedAt: 17 * Self.hour), due(8, 9, "registry"), due(10, 14, "late"),
        ]
        var claim = Self.claim(rules: rules, settledUntil: 20 * Self.hour, dueAgain: spans)
        var (open, closed): (Set<Int64>, Set<Int64>) = ([], [])
        for _ in 0..<40 {
            let plan = plan(claim, 0, budget: budget)
            #expect(plan.spans.reduce(0) { $0 + $1.count } * 2 <= max(budget, 2))
            for span in plan.spans {
                let hours = stride(from: span.from, to: span.until, by: Int64.Stride(Self.hour)).map { $0 / Self.hour }
                if span.isClosed { closed.formUnion(hours) } else { open.formUnion(hours) }
            }
            claim.dueAgain = plan.stillDue
            if plan.spans.isEmpty { break }
        }
        #expect(open.sorted() == Array(5...13))
        #expect(closed.sorted() == Array(0...4))
        #expect(claim.dueAgain.isEmpty)
    }

    @Test("Each rule closes what begins in its time")
    func closedByRule() {
        let rules = [
            Self.rule(until: 10 * Self.hour, corrections: 40 * Self.hour),
            Self.rule(from: 10 * Self.hour, interval: Self.quarter, corrections: 5 * Self.hour),
        ]
        let claim = Self.claim(
            rules: rules,
            settledUntil: 20 * Self.hour,
            dueAgain: [due(8, 14, "late", receivedAt: 17 * Self.hour)]
        )
        let plan = plan(claim, 0)
        #expect(hours(plan) == [[8, 10], [12, 14]])
        #expect(hours(plan, closed: true) == [[10, 12]])
    }
}
