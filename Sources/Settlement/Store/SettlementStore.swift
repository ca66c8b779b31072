public import EnergySharing

/// The database, as the attribute loop needs it.
///
/// One thread uses a store; every call blocks, bounded by deadlines.
public protocol SettlementStore: SettlementReadings {
    /// The stream's watermark: the minimum of the partitions' watermarks, leaving out those that are at their end for `idleAfter` or
    /// longer; if all are, the maximum. `nil` as long as nothing was consumed.
    func streamWatermark(idleAfter: Duration) throws(SettlementFailure) -> Int64?

    /// The time of the newest stored reading that takes part in settlement (its end, of an interval); `nil` if there is none.
    func lastReadingAt() throws(SettlementFailure) -> Int64?

    /// Raises the horizon, in a transaction of its own that no ingest transaction overlaps.
    ///
    /// Every batch that commits later sees it, and marks what it touches behind it. Never lowers it.
    func advanceHorizon(to horizon: Int64) throws(SettlementFailure)

    /// The shortest grace of any rule, in microseconds; `nil` if there are no rules.
    func shortestGrace() throws(SettlementFailure) -> Int64?

    /// The codes of all communities, in their order.
    func communityCodes() throws(SettlementFailure) -> [String]

    /// Makes a span of a community due again, with the cause `requested`.
    ///
    /// - Throws: A failure that is not retriable if there is no such community.
    func requestSettlement(community: String, from: Int64, until: Int64) throws(SettlementFailure)

    /// Turns the due marks of devices into spans of their communities that are due again; how many marks there were.
    func distributeDueMarks() throws(SettlementFailure) -> Int

    /// Begins a transaction and locks one community that has something to do: spans due again, or intervals whose end plus grace is
    /// at or before `watermark`. Communities that another worker holds are passed over. `nil`: nothing to do.
    ///
    /// With `community` given, only that one, and it waits for it.
    func claim(dueBy watermark: Int64, community: String?) throws(SettlementFailure) -> SettlementClaim?

    /// The months of the claimed community's zone in which intervals of [from, until) begin, with the instants at which these become final by
    /// such a rule; see ``SettlementRule/Finality/calendar(day:time:)``.
    func finalityCalendar(
        day: Int32,
        time: Int64,
        from: Int64,
        until: Int64
    ) throws(SettlementFailure) -> FinalityCalendar

    /// Writes a settled span, within the claim's transaction.
    ///
    /// Of a closed one nothing is written: intervals of it that would change are noted until they are settled again, or would not change.
    func write(_ span: SettledSpan) throws(SettlementFailure) -> SpanReceipt

    /// Ends the claim and commits: the community is settled until `settledUntil`, the spans that were due again are done, and what
    /// remains is due when the watermark reaches `nextDueAt` (its next interval's end plus grace, or the time to look again).
    ///
    /// - Parameter stillDue: Spans that it did not get to: they stay due.
    func finish(
        settledUntil: Int64?,
        nextDueAt: Int64,
        stillDue: [SettlementClaim.DueSpan]
    ) throws(SettlementFailure)

    /// Gives the claim back and undoes what was written.
    func abandon()

    // MARK: Settled days

    /// Begins a transaction and locks one community of which settled days are to be looked at: local days that are settled as a whole, of
    /// which something was settled since they were looked at, and those that it bears upon. Communities that another worker holds are
    /// passed over. `nil`: there is none.
    ///
    /// - Parameters:
    ///   - context: How many days before them are wanted, too.
    ///   - influence: For how many days after it a change counts.
    func claimDays(context: Int, influence: Int) throws(SettlementFailure) -> DayClaim?

    /// Reads the settled energy of the claim's community in [from, until), in order of time.
    func settledEnergy(
        from: Int64,
        until: Int64,
        _ body: (SettledEnergy) -> Void
    ) throws(SettlementFailure)

    /// Reads what is beside these instants, at most a day away, of the registers that count: of each meter and instant that has both.
    func registers(
        ofMeters meters: [Int32],
        at edges: [Int64],
        _ body: (_ meter: Int32, _ edge: SumCheck.Edge) -> Void
    ) throws(SettlementFailure)

    /// Ends the claim of days and commits: these are the anomalies of the judged days, all of them.
    func finishDays(_ claim: DayClaim, anomalies: [Anomaly]) throws(SettlementFailure)

    // MARK: Finality

    /// Makes provisional intervals final whose finality has passed at this watermark; how many.
    func finalize(watermark: Int64) throws(SettlementFailure) -> Int
}
