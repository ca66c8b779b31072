/// A community that this worker settles, alone, until it gives it back.
public struct SettlementClaim: Sendable {
    /// The terms.
    public var terms: CommunityTerms
    /// Until when its intervals are settled, on the interval grid; `nil`: none is yet.
    public var settledUntil: Int64?
    /// From when on any of its meters has registers within its participation: its first reading, or the participation's
    /// beginning if it has one before; `nil`: never.
    ///
    /// Read only where ``settledUntil`` is `nil`.
    public var firstReadingAt: Int64?
    /// The beginning of the community's first settled interval; `nil`: none is.
    public var firstIntervalAt: Int64?
    /// From when on readings are still there, if retention has dropped older ones; `nil`: nothing was ever dropped.
    public var readingsFrom: Int64?
    /// Spans [from, until) that are due again: behind ``settledUntil`` something changed.
    ///
    /// They may overlap and may reach beyond it.
    public var dueAgain: [DueSpan]

    /// Until when nothing can be settled again, if readings are there only from a time on: up to 2 days later the judgement of registers may
    /// still lack their context.
    public static func sealedUntil(readingsFrom: Int64) -> Int64 {
        let (sum, overflows) = readingsFrom.addingReportingOverflow(2 * 86_400_000_000)
        return overflows ? .max : sum
    }

    /// A span that is due again.
    public struct DueSpan: Sendable, Equatable {
        /// Its beginning, microseconds since 1970-01-01T00:00:00Z; `Int64.min`: the community's.
        public var from: Int64
        /// Its end, exclusive; `Int64.max`: all that is settled.
        public var until: Int64
        /// Why: `late`, `registry`, `requested`, and what else the tools say.
        public var cause: String
        /// The quarter-hour in which readings were received that touch it: intervals whose end plus their rule's time for corrections is at or
        /// before it are closed to them; `nil`: nothing is closed.
        public var receivedAt: Int64?

        /// Makes a span.
        public init(from: Int64, until: Int64, cause: String, receivedAt: Int64? = nil) {
            self.from = from
            self.until = until
            self.cause = cause
            self.receivedAt = receivedAt
        }
    }

    /// Makes a claim.
    public init(
        terms: CommunityTerms,
        settledUntil: Int64?,
        firstReadingAt: Int64?,
        firstIntervalAt: Int64?,
        readingsFrom: Int64? = nil,
        dueAgain: [DueSpan]
    ) {
        self.terms = terms
        self.firstIntervalAt = firstIntervalAt
        self.readingsFrom = readingsFrom
        self.settledUntil = settledUntil
        self.firstReadingAt = firstReadingAt
        self.dueAgain = dueAgain
    }
}
