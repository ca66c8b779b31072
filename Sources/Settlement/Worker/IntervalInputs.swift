public import EnergySharing

/// All that decides the split of one interval of a community.
///
/// Settlement gives ``members`` to `EnergySplit.split`, so `EnergySplit.explain(inputs.members, by: inputs.rule.sharing)` explains what
/// settlement computes, and not a retelling of it.
public struct IntervalInputs: Sendable, Equatable {
    /// The interval's beginning: microseconds since 1970-01-01T00:00:00Z.
    public var start: Int64
    /// The rule that holds.
    public var rule: SettlementRule
    /// The meters that take part, in tie order: ascending bytes of the hub's device id.
    public internal(set) var meters: [Meter] = []
    /// What the sharing key sees of ``meters``, one for one: needs and offers are the parts that take part in this community.
    ///
    /// A meter without a value counts as 0, but its fixed share stays its own: the others' shares do not hang on its readings.
    public internal(set) var members: [SharingMember] = []
    /// How many of the meters should have a value.
    public internal(set) var expected: Int32 = 0
    /// How many of them have one.
    public internal(set) var received: Int32 = 0

    /// The others that should, ascending by number.
    public var missing: [Int32] {
        if expected == received { return [] }
        return meters.filter { $0.isExpected && $0.whole == nil }.map(\.deviceID).sorted()
    }

    /// One meter that takes part in the interval.
    public struct Meter: Sendable, Equatable {
        /// Its number.
        public var deviceID: Int32
        /// How much of it takes part in this community, in parts per million.
        public var participationPPM: Int64
        /// Whether it should have a value: it has a reading at or before the interval's beginning.
        public var isExpected: Bool
        /// All that it measured, in this community or not; `nil`: it has no value.
        public var whole: IntervalEnergy?
        /// What of its import takes part in no community, as ``AttributionRow/unsharedImportWh``.
        public var unsharedImportWh: Int64?
        /// What of its export takes part in no community.
        public var unsharedExportWh: Int64?
    }

    /// Begins without meters.
    init(start: Int64, rule: SettlementRule) {
        self.start = start
        self.rule = rule
    }

    /// Computes the interval that begins at `start`, from what is stored now; `nil`: no interval of the community begins then.
    public static func read(
        at start: Int64,
        _ terms: CommunityTerms,
        from store: some SettlementReadings
    ) throws(SettlementFailure) -> IntervalInputs? {
        guard let rule = terms.rules.first(where: { $0.validFrom <= start && start < $0.validUntil }),
            IntervalGrid.floor(start, rule.interval) == start
        else { return nil }
        let span = PlannedSpan(from: start, until: start + rule.interval, rule: rule, isAgain: true, cause: "")
        let settlement = try SpanSettlement(span, terms, readFrom: store)
        var inputs = IntervalInputs(start: start, rule: rule)
        var cursor = settlement.cursor
        settlement.fill(&inputs, interval: 0, &cursor)
        return inputs
    }
}
