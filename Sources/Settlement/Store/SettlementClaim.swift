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
    /// Spans [from, until) that are due again: behind ``settledUntil`` something changed.
    ///
    /// They may overlap and may reach beyond it.
    public var dueAgain: [DueSpan]

    /// A span that is due again.
    public struct DueSpan: Sendable, Equatable {
        /// Its beginning, microseconds since 1970-01-01T00:00:00Z; `Int64.min`: the community's.
        public var from: Int64
        /// Its end, exclusive; `Int64.max`: all that is settled.
        public var until: Int64
        /// Why: `late`, `registry`, `requested`.
        public var cause: String

        /// Makes a span.
        public init(from: Int64, until: Int64, cause: String) {
            self.from = from
            self.until = until
            self.cause = cause
        }
    }

    /// Makes a claim.
    public init(
        terms: CommunityTerms,
        settledUntil: Int64?,
        firstReadingAt: Int64?,
        firstIntervalAt: Int64?,
        dueAgain: [DueSpan]
    ) {
        self.terms = terms
        self.firstIntervalAt = firstIntervalAt
        self.settledUntil = settledUntil
        self.firstReadingAt = firstReadingAt
        self.dueAgain = dueAgain
    }
}
