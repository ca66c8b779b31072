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
    init(
        _ claim: SettlementClaim,
        watermark: Int64,
        horizon: Int64,
        ignoresGrace: Bool,
        budget: Int
    ) {
        let terms = claim.terms
        let perInterval = max(1, terms.meters.count)
        var intervalsLeft = max(1, budget / perInterval)
        settledUntil = claim.settledUntil
        planAgain(claim, &intervalsLeft)
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

    // MARK: Again

    /// Whole intervals of one rule that are due again.
    private struct Piece {
        var from: Int64
        var until: Int64
        var rule: SettlementRule
        var cause: String
        var receivedAt: Int64?
        var isClosed = false

        /// What of it is in none of these, which are in order.
        func without(_ others: [Piece]) -> [Piece] {
            var result: [Piece] = []
            var rest = self
            for other in others where other.until > rest.from && other.from < rest.until {
                if other.from > rest.from {
                    var before = rest
                    before.until = other.from
                    result.append(before)
                }
                rest.from = other.until
            }
            if rest.from < rest.until { result.append(rest) }
            return result
        }

        /// Takes in one that begins within it or at its end, if nothing tells them apart but when their readings were received.
        ///
        /// The time of receipt that is left closes all that is closed here, or nothing that is not.
        mutating func merge(_ next: Piece) -> Bool {
            guard next.from <= until, next.isClosed == isClosed, next.cause == cause, next.rule == rule else {
                return false
            }
            until = max(until, next.until)
            if let received = receivedAt, let other = next.receivedAt {
                receivedAt = isClosed ? max(received, other) : min(received, other)
            } else {
                receivedAt = nil
            }
            return true
        }
    }

    private mutating func planAgain(_ claim: SettlementClaim, _ intervalsLeft: inout Int) {
        // What nobody ever took part in has nothing to settle; where nobody takes part any more, something may be settled.
        let begins = claim.terms.participations.map(\.from) + [claim.firstIntervalAt].compactMap { $0 }
        guard let settledUntil, let earliest = begins.min() else { return }
        // Where retention has dropped the readings nothing can be computed anew: what is settled there is sealed.
        let begin = max(earliest, claim.readingsFrom.map(SettlementClaim.sealedUntil(readingsFrom:)) ?? .min)
        var pieces: [Piece] = []
        for var due in claim.dueAgain {
            // If intervals come before the first one, no hole is left between.
            let from = max(due.from, begin)
            if let first = claim.firstIntervalAt, from < min(first, due.until) { due.until = max(due.until, first) }
            for rule in claim.terms.rules {
                guard let piece = Self.piece(of: due, rule, from: begin, before: settledUntil) else { continue }
                pieces += Self.parts(of: piece)
            }
        }
        pieces.sort { $0.from < $1.from }
        // What something else settles again is not compared.
        let open = pieces.filter { !$0.isClosed }
        pieces = pieces.flatMap { $0.isClosed ? $0.without(open) : [$0] }.sorted { $0.from < $1.from }
        var merged: [Piece] = []
        for piece in pieces where merged.isEmpty || !merged[merged.count - 1].merge(piece) { merged.append(piece) }
        for piece in merged { plan(piece, &intervalsLeft) }
    }

    /// What of a piece is closed to the readings for which it is due, and what is not.
    private static func parts(of piece: Piece) -> [Piece] {
        guard let received = piece.receivedAt, let corrections = piece.rule.corrections else { return [piece] }
        let closedUntil = IntervalGrid.floor(subtract(received, corrections), piece.rule.interval)
        guard closedUntil > piece.from else { return [piece] }
        var (closed, open) = (piece, piece)
        closed.isClosed = true
        closed.until = min(closedUntil, piece.until)
        open.from = closed.until
        return open.from < open.until ? [closed, open] : [closed]
    }

    /// What of a due span lies in a rule's time, grown to whole intervals, within what is settled.
    private static func piece(
        of due: SettlementClaim.DueSpan,
        _ rule: SettlementRule,
        from begin: Int64,
        before settledUntil: Int64
    ) -> Piece? {
        let from = max(due.from, begin, rule.validFrom)
        let until = min(due.until, settledUntil, rule.validUntil)
        guard from < until else { return nil }
        return Piece(
            from: IntervalGrid.floor(from, rule.interval),
            until: min(IntervalGrid.ceil(until, rule.interval), settledUntil, rule.validUntil),
            rule: rule,
            cause: due.cause,
            receivedAt: due.receivedAt
        )
    }

    private mutating func plan(_ piece: Piece, _ intervalsLeft: inout Int) {
        var from = piece.from
        // Two due spans may meet in one interval: settle it once.
        if let last = spans.last, last.until > from { from = last.until }
        guard from < piece.until else { return }
        let interval = piece.rule.interval
        let most = min(Int64(max(0, intervalsLeft)), Self.longestSpan / interval)
        let count = min(most, (piece.until - from) / interval)
        if count > 0 {
            let end = from + count * interval
            spans.append(
                PlannedSpan(
                    from: from,
                    until: end,
                    rule: piece.rule,
                    isAgain: true,
                    isClosed: piece.isClosed,
                    cause: piece.cause
                )
            )
            intervalsLeft -= Int(count)
            from = end
        }
        if from < piece.until {
            stillDue.append(
                SettlementClaim.DueSpan(
                    from: from,
                    until: piece.until,
                    cause: piece.cause,
                    receivedAt: piece.receivedAt
                )
            )
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
