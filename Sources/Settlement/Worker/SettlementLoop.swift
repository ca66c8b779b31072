import Dispatch

/// The attribute loop: finds what is due, by the watermark or by a mark, and settles it, one community a transaction.
///
/// It blocks the thread that calls it, which is to be one of its own. Any number of workers may run it at the same time: each
/// settles the communities that no other holds.
public final class SettlementLoop<Store: SettlementStore> {
    private let store: Store
    private let settings: SettlementSettings
    private let observe: @Sendable (SettlementEvent) -> Void
    private let settler: Settler<Store>
    private var horizon = Int64.min
    /// When settled days were last looked at.
    private var reviewedAt: ContinuousClock.Instant?

    /// Makes a loop; nothing happens before one of its functions is called.
    public init(
        store: sending Store,
        settings: SettlementSettings,
        observe: @escaping @Sendable (SettlementEvent) -> Void
    ) {
        self.store = store
        self.settings = settings
        self.observe = observe
        settler = Settler(store: store, settings: settings, observe: observe)
    }

    /// Runs until `shouldStop` says so.
    ///
    /// What no retry mends is tried again too, slowly: one community's fault must not end a worker that also ingests, and whoever mends it
    /// should not have to restart anything.
    public func run(until shouldStop: () -> Bool) {
        var attempt = 0
        while !shouldStop() {
            var wasBusy = false
            do throws(SettlementFailure) {
                wasBusy = try settleDue(until: shouldStop)
                if attempt > 0 { observe(.recovered) }
                attempt = 0
            } catch {
                observe(.trouble(error))
                attempt = error.isRetriable ? attempt + 1 : 12
            }
            observe(.turned)
            if !wasBusy || attempt > 0 { pause(attempt, until: shouldStop) }
        }
    }

    /// Settles all that is due by the stream's watermark.
    ///
    /// Returns whether there was anything.
    public func settleDue(until shouldStop: () -> Bool = { false }) throws(SettlementFailure) -> Bool {
        guard let watermark = try store.streamWatermark(idleAfter: settings.idleAfter) else { return false }
        observe(.watermark(watermark))
        try raiseHorizon(watermark, ignoresGrace: false)
        try distributeMarks()
        var wasBusy = false
        while !shouldStop() {
            guard
                let settled = try settler.settleOne(
                    watermark: watermark,
                    horizon: horizon,
                    community: nil,
                    ignoresGrace: false
                )
            else { break }
            if settled { wasBusy = true }
        }
        let finalized = try store.finalize(watermark: watermark)
        if finalized > 0 { observe(.finalized(finalized)) }
        let isTime = reviewedAt.map { $0.duration(to: .now) >= settings.reviewEvery } ?? true
        if isTime { try reviewDays(until: shouldStop) }
        return wasBusy
    }

    /// Settles every community up to the newest reading, without waiting for graces: what a drain ends with.
    ///
    /// Nothing becomes final by it beyond the watermark. Conflicts and lost connections are tried again until `shouldStop` says so.
    public func settleThroughLastReading(until shouldStop: () -> Bool = { false }) throws(SettlementFailure) {
        var attempt = 0
        while !shouldStop() {
            do throws(SettlementFailure) {
                return try settleAll(until: shouldStop)
            } catch {
                guard error.isRetriable else { throw error }
                observe(.trouble(error))
                attempt += 1
                pause(attempt, until: shouldStop)
            }
        }
    }

    private func settleAll(until shouldStop: () -> Bool) throws(SettlementFailure) {
        _ = try settleDue(until: shouldStop)
        guard let last = try store.lastReadingAt() else { return }
        try raiseHorizon(last, ignoresGrace: true)
        try distributeMarks()
        for community in try store.communityCodes() {
            while !shouldStop(),
                try settler.settleOne(
                    watermark: last,
                    horizon: horizon,
                    community: community,
                    ignoresGrace: true
                ) == true
            {}
        }
        try reviewDays(until: shouldStop)
    }

    /// Makes a span of a community due again, as far as it is settled, and settles what is due in it now.
    ///
    /// - Parameters:
    ///   - community: The community's code.
    ///   - from: The beginning, microseconds since 1970-01-01T00:00:00Z; `Int64.min`: the community's.
    ///   - until: The end, exclusive; `Int64.max`: all that is settled.
    public func settleAgain(community: String, from: Int64, until: Int64) throws(SettlementFailure) {
        let watermark = try store.streamWatermark(idleAfter: settings.idleAfter)
        if let watermark { try raiseHorizon(watermark, ignoresGrace: false) }
        try distributeMarks()
        try store.requestSettlement(community: community, from: from, until: until)
        // With nothing consumed yet only what is due again can be settled.
        while try settler.settleOne(
            watermark: watermark ?? .min,
            horizon: horizon,
            community: community,
            ignoresGrace: false
        ) == true {}
        try reviewDays { false }
    }

    // MARK: - Parts

    /// Nothing beyond the horizon is settled, so that data in order, which lie beyond it, need no marks.
    ///
    /// It lies on the grid of quarter hours, so it moves seldom; a batch waits for the instant in which it does.
    private func raiseHorizon(_ watermark: Int64, ignoresGrace: Bool) throws(SettlementFailure) {
        var reach = watermark
        if !ignoresGrace {
            let (lower, overflow) = watermark.subtractingReportingOverflow(try store.shortestGrace() ?? 0)
            reach = overflow ? .min : lower
        }
        guard reach > .min + IntervalGrid.quarterHour else { return }
        let target = IntervalGrid.floor(reach, IntervalGrid.quarterHour)
        guard target > horizon else { return }
        try store.advanceHorizon(to: target)
        horizon = target
    }

    /// Looks at the settled days of which something changed, after all that is due was settled: so a backlog is looked at once.
    private func reviewDays(until shouldStop: () -> Bool) throws(SettlementFailure) {
        while !shouldStop(), try settler.reviewOne() {}
        reviewedAt = .now
    }

    private func distributeMarks() throws(SettlementFailure) {
        let marks = try store.distributeDueMarks()
        if marks > 0 { observe(.marksDistributed(marks)) }
    }

    private func pause(_ attempt: Int, until shouldStop: () -> Bool) {
        var delay = settings.every
        if attempt > 0 {
            delay =
                min(.milliseconds(50) * (1 << min(attempt, 12)), settings.longestRetryDelay)
                * Double.random(in: 0.5...1)
        }
        let end = ContinuousClock.now + delay
        while ContinuousClock.now < end, !shouldStop() {
            _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(20))
        }
    }
}
