public import Settlement

/// How a meter's numbers of one settled interval of one community came about.
///
/// What is computed is computed anew, by the code that settles, from the readings and the registry of one snapshot.
/// Times are microseconds since 1970-01-01T00:00:00Z, energy is in Wh.
public struct CommunityExplanation: Sendable {
    /// The community's code.
    public var community: String
    /// Its name.
    public var name: String
    /// Its IANA time zone.
    public var timeZone: String
    /// The interval's beginning.
    public var start: Int64
    /// The interval's end.
    public var end: Int64
    /// ``start`` by the community's local time, with the offset.
    public var startLabel: String
    /// ``end`` by the community's local time, with the offset.
    public var endLabel: String
    /// What is stored of the interval's life.
    public var status: Status
    /// What is computed now; `nil` where the readings are gone.
    public var computed: Computed?
    /// From when on readings are there, where this interval's may be gone: it is sealed.
    public var sealedUntil: Int64?
    /// The stored row that counts; `nil`: the meter has none.
    public var stored: AttributionRow?
    /// What of the interval is due again.
    public var due: Due
    /// All revisions, the newest first.
    public var revisions: [Revision]

    /// The life of a settled interval.
    public struct Status: Sendable, Equatable {
        /// `provisional`, `final` or `corrected`.
        public var state: String
        /// The number of the newest revision.
        public var revision: Int64
        /// Why it was settled again; `nil`: it was settled once.
        public var cause: String?
        /// When it was settled.
        public var settledAt: Int64
        /// The watermark at which it becomes, or became, final.
        public var finalAt: Int64
        /// How many meters should have a value.
        public var expected: Int64
        /// How many of them have one.
        public var received: Int64
        /// The names on the hub of those that lack one; empty where that was not stored.
        public var missing: [String]
    }

    /// What of the interval is due to be settled again, or would be if it were still open to late readings.
    public struct Due: Sendable, Equatable {
        /// How many readings left a mark on it that no worker has looked at yet.
        public var marks: Int64 = 0
        /// Why spans that touch it are due again.
        public var causes: [String] = []
        /// When a late reading touched it after its time for corrections; `nil`: none did.
        public var closedSince: Int64?

        /// Whether a worker will settle it again.
        public var isDue: Bool { marks > 0 || !causes.isEmpty }
    }

    /// One revision of the interval.
    public struct Revision: Sendable, Equatable {
        /// Its number, from 0.
        public var number: Int64
        /// Whether cause, time and counts are known; those replaced before they were kept are not.
        public var isKnown: Bool
        /// Why it was settled; `nil`: for the first time, or not known.
        public var cause: String?
        /// When.
        public var settledAt: Int64?
        /// The meter's row; `nil`: it had none.
        public var row: AttributionRow?
    }

    /// How what is computed and what is stored go together.
    public enum Agreement: String, Sendable {
        /// They are the same.
        case same
        /// They differ, and the interval is due again: a worker will settle it.
        case due
        /// They differ, and late readings came after the time for corrections.
        case closed
        /// They differ, and nothing says why: a fault.
        case fault
        /// The readings are gone; nothing can be computed.
        case sealed
    }

    /// How what is computed and what is stored go together.
    public var agreement: Agreement {
        guard let computed else { return .sealed }
        if computed.row == stored { return .same }
        if due.isDue { return .due }
        return due.closedSince == nil ? .fault : .closed
    }
}
