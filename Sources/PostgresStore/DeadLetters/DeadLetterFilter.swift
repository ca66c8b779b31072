/// Which dead letters are wanted; what is `nil` does not restrict.
///
/// Times are microseconds since 1970-01-01T00:00:00Z.
public struct DeadLetterFilter: Sendable, Equatable {
    /// The reason code.
    public var reason: String?
    /// The device, as the hub names it.
    public var device: String?
    /// The code of a community: letters of devices of its members, or that ever took part in it.
    public var community: String?
    /// The topic.
    public var topic: String?
    /// The partition's number.
    public var partition: Int32?
    /// The earliest enqueued time.
    public var since: Int64?
    /// The latest enqueued time, itself not included.
    public var until: Int64?
    /// Only these; empty: not restricted.
    public var ids: [DeadLetterID]
    /// Whether those that are resolved are wanted too.
    public var includesResolved: Bool

    /// Makes a filter.
    public init(
        reason: String? = nil,
        device: String? = nil,
        community: String? = nil,
        topic: String? = nil,
        partition: Int32? = nil,
        since: Int64? = nil,
        until: Int64? = nil,
        ids: [DeadLetterID] = [],
        includesResolved: Bool = false
    ) {
        self.reason = reason
        self.device = device
        self.community = community
        self.topic = topic
        self.partition = partition
        self.since = since
        self.until = until
        self.ids = ids
        self.includesResolved = includesResolved
    }
}
