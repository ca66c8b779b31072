internal import EnergySharing

/// Settles claims: the one place where planning, energy and the store come together.
struct Settler<Store: SettlementStore> {
    let store: Store
    let settings: SettlementSettings
    let observe: @Sendable (SettlementEvent) -> Void

    /// Settles one community's transaction worth of due work.
    ///
    /// - Parameters:
    ///   - watermark: What is due by it is settled, as far as the horizon.
    ///   - horizon: The horizon that was raised before.
    ///   - community: Only this one, waiting for it; `nil`: any that has something to do.
    ///   - ignoresGrace: Settle up to the watermark itself.
    /// - Returns: Whether intervals were settled; `nil` if there was nothing to claim.
    func settleOne(
        watermark: Int64,
        horizon: Int64,
        community: String?,
        ignoresGrace: Bool
    ) throws(SettlementFailure) -> Bool? {
        let claimTime = ignoresGrace ? Int64.max : watermark
        guard let claim = try store.claim(dueBy: claimTime, community: community) else { return nil }
        do throws(SettlementFailure) {
            return try settle(claim, watermark: watermark, horizon: horizon, ignoresGrace: ignoresGrace)
        } catch {
            store.abandon()
            throw error
        }
    }

    private func settle(
        _ claim: SettlementClaim,
        watermark: Int64,
        horizon: Int64,
        ignoresGrace: Bool
    ) throws(SettlementFailure) -> Bool {
        let started = ContinuousClock.now
        let plan = SettlementPlan(
            claim,
            watermark: watermark,
            horizon: horizon,
            ignoresGrace: ignoresGrace,
            budget: settings.chunkMeterIntervals
        )
        var receipt = SpanReceipt()
        var anomalies = 0
        var firstIntervalAt = claim.firstIntervalAt ?? claim.settledUntil
        for span in plan.spans {
            let settled = try settle(span, claim.terms, firstIntervalAt: firstIntervalAt)
            if !span.isClosed {
                if let start = settled.intervals.first?.start {
                    firstIntervalAt = min(firstIntervalAt ?? start, start)
                } else if let first = firstIntervalAt, span.from <= first {
                    firstIntervalAt = span.until
                }
            }
            anomalies += settled.anomalies.count
            let written = try store.write(settled)
            receipt.settled += written.settled
            receipt.resettled += written.resettled
            receipt.corrected += written.corrected
        }
        // A community with nothing to settle is looked at again when the stream has moved on, not at once.
        let (later, overflow) = watermark.addingReportingOverflow(plan.nextDueAt == nil ? IntervalGrid.quarterHour : 1)
        let lookAgainAt = plan.spans.isEmpty ? (overflow ? .max : later) : .min
        try store.finish(
            settledUntil: plan.settledUntil,
            nextDueAt: max(plan.nextDueAt ?? .min, lookAgainAt),
            stillDue: plan.stillDue
        )
        if !plan.spans.isEmpty {
            observe(
                .settled(
                    communityID: claim.terms.communityID,
                    receipt,
                    anomalies: anomalies,
                    duration: started.duration(to: .now)
                )
            )
        }
        return !plan.spans.isEmpty
    }

    private func settle(
        _ span: PlannedSpan,
        _ terms: CommunityTerms,
        firstIntervalAt: Int64?
    ) throws(SettlementFailure) -> SettledSpan {
        var settlement = try SpanSettlement(span, terms, readFrom: store)
        if case .calendar(let day, let time) = span.rule.finality {
            settlement.take(try store.finalityCalendar(day: day, time: time, from: span.from, until: span.until))
        }
        return settlement.settle(firstIntervalAt: firstIntervalAt)
    }

    /// Looks at one community's settled days of which something changed; false if there are none.
    func reviewOne() throws(SettlementFailure) -> Bool {
        let rules = settings.plausibility
        guard let claim = try store.claimDays(context: rules.context, influence: rules.influence) else { return false }
        do throws(SettlementFailure) {
            var review = DayReview(claim, rules)
            try store.registers(ofMeters: review.wantedMeters, at: review.wantedEdges) { review.take($1, ofMeter: $0) }
            if let first = claim.days.first, let last = claim.days.last {
                try store.settledEnergy(from: first.start, until: last.end) { review.take($0) }
            }
            try store.finishDays(claim, anomalies: review.finish())
            return true
        } catch {
            store.abandon()
            throw error
        }
    }
}
