/// What a claim is to settle now: pure planning, no energy yet.
struct SettlementPlan: Sendable {
    /// What is settled now, in order: first what is due again, then what is new.
    private(set) var spans: [PlannedSpan] = []
    /// What is due again but has to wait for the next claim.
    private(set) var stillDue: [SettlementClaim.DueSpan] = []
    /// Until when everything will be settled afterwards; `nil`: nothing is yet.
    private(set) var settledUntil: Int64?
    /// The watermark at which the next interval is due; `nil`: not before there are data, or never.
    private(set) var nextDueAt: Int64?

    /// The longest span that is settled at once, in microseconds: it bounds the readings of one meter that are in memory (31 days).
    private static let longestSpan: Int64 = 31 * 86_400_000_000

    /// Plans a claim.
    ///
    /// - Parameters:
    ///   - claim: What the community has to do.
    ///   - watermark: An interval is due if its end plus its rule's grace is at or before it.
    ///   - horizon: Nothing beyond it is settled, whatever is due: data behind it leave marks, data beyond it do not.
    ///   - ignoresGrace: Settle everything up to the watermark itself, as at the end of a drain.
    ///   - budget: The most meter-intervals to settle in one transaction; at least one interval is always planned.
    init(_ claim: SettlementClaim, watermark: Int64, horizon: Int64, ignoresGrace: Bool, budget: Int) {
        let terms = claim.terms
        let perInterval = max(1, terms.meters.count)
        var intervalsLeft = max(1, budget / perInterval)
        settledUntil = claim.settledUntil
        let sealedUntil = claim.readingsFrom.map(SettlementClaim.sealedUntil(readingsFrom:)) ?? .min
        if let settledUntil {
            for due in claim.dueAgain.sorted(by: { $0.from < $1.from }) {
                planAgain(due, terms, sealedUntil: sealedUntil, before: settledUntil, &intervalsLeft)
            }
        }
        let start = claim.settledUntil ?? claim.firstReadingAt.flatMap { Self.firstEdge(at: $0, terms.rules) }
        guard var position = start else { return }
        // A beginning beyond the horizon is not one yet: readings before it may still come in order, and would leave no mark.
        if claim.settledUntil == nil, let rule = terms.rules.first(where: { $0.validUntil > position }) {
            let reach = min(Self.subtract(watermark, ignoresGrace ? 0 : rule.grace), horizon)
            guard position <= IntervalGrid.floor(reach, rule.interval) else { return }
        }
        // What is new waits until everything that is due again is done: one transaction's worth at a time.
        for rule in terms.rules where rule.validUntil > position && stillDue.isEmpty {
            position = max(position, rule.validFrom)
            let grace = ignoresGrace ? 0 : rule.grace
            let due = IntervalGrid.floor(min(Self.subtract(watermark, grace), horizon), rule.interval)
            let end = min(rule.validUntil, due)
            if end > position, intervalsLeft > 0 {
                let count = min(
                    Int64(intervalsLeft),
                    (end - position) / rule.interval,
                    Self.longestSpan / rule.interval
                )
                let until = position + count * rule.interval
                spans.append(PlannedSpan(from: position, until: until, rule: rule, isAgain: false, cause: ""))
                intervalsLeft -= Int(count)
                position = until
            }
            if position < rule.validUntil { break }
        }
        settledUntil = position
        if let rule = terms.rules.first(where: { $0.validFrom <= position && position < $0.validUntil }) {
            nextDueAt = position + rule.interval + rule.grace
        }
    }

    private mutating func planAgain(
        _ due: SettlementClaim.DueSpan,
        _ terms: CommunityTerms,
        sealedUntil: Int64,
        before settledUntil: Int64,
        _ intervalsLeft: inout Int
    ) {
        // What nobody takes part in has nothing to settle.
        guard let earliest = terms.participations.map(\.from).min() else { return }
        // Where retention has dropped the readings nothing can be computed anew: what is settled there is sealed.
        let begin = max(earliest, sealedUntil)
        for rule in terms.rules {
            let clippedFrom = max(due.from, begin, rule.validFrom)
            let clippedUntil = min(due.until, settledUntil, rule.validUntil)
            guard clippedFrom < clippedUntil else { continue }
            var from = IntervalGrid.floor(clippedFrom, rule.interval)
            let until = min(IntervalGrid.ceil(clippedUntil, rule.interval), settledUntil, rule.validUntil)
            // Two due spans may meet in one interval: settle it once.
            if let last = spans.last, last.until > from { from = last.until }
            guard from < until else { continue }
            let most = min(Int64(max(0, intervalsLeft)), Self.longestSpan / rule.interval)
            let count = min(most, (until - from) / rule.interval)
            if count > 0 {
                let end = from + count * rule.interval
                spans.append(PlannedSpan(from: from, until: end, rule: rule, isAgain: true, cause: due.cause))
                intervalsLeft -= Int(count)
                from = end
            }
            if from < until {
                stillDue.append(SettlementClaim.DueSpan(from: from, until: until, cause: due.cause))
            }
        }
    }

    /// The first edge at or after the first reading, by the rule that holds there.
    private static func firstEdge(at time: Int64, _ rules: [SettlementRule]) -> Int64? {
        for rule in rules where rule.validUntil > time {
            let edge = IntervalGrid.ceil(max(time, rule.validFrom), rule.interval)
            if edge < rule.validUntil { return edge }
        }
        return nil
    }

    private static func subtract(_ time: Int64, _ span: Int64) -> Int64 {
        let (difference, overflow) = time.subtractingReportingOverflow(span)
        return overflow ? .min : difference
    }
}
