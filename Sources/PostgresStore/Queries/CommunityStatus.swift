/// How far one community is settled.
///
/// Times are microseconds since 1970-01-01T00:00:00Z.
public struct CommunityStatus: Sendable, Equatable {
    /// The community's code.
    public var community: String
    /// Until when its intervals are settled; `nil`: none is.
    public var settledUntil: Int64?
    /// The watermark at which its next interval is due; `nil`: not known yet.
    public var nextDueAt: Int64?
    /// How many spans are due again.
    public var dueSpans: Int64 = 0
    /// How many spans readings touched too late: they stay as they are until somebody settles them again.
    public var lateSpans: Int64 = 0
    /// Settled intervals that may still change in place.
    public var provisional: Int64 = 0
    /// Settled intervals that are frozen.
    public var final: Int64 = 0
    /// Settled intervals that were corrected after they were final.
    public var corrected: Int64 = 0
    /// Settled intervals in which an expected meter has no value.
    public var incomplete: Int64 = 0
    /// Anomalies of its meters, while these take part, that nobody has resolved.
    public var anomalies: Int64 = 0

    /// The status of a community that nothing is known of yet.
    public init(community: String) { self.community = community }
}
