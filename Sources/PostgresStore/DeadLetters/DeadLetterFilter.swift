/// Which dead letters are wanted; what is `nil` does not restrict.
///
/// Times are microseconds since 1970-01-01T00:00:00Z.
public struct DeadLetterFilter: Sendable, Equatable {
    /// The reason code.
    public var reason: String?
    /// The device, as the hub names it.
    public var device: String?
    /// The topic.
    public var topic: String?
    /// The partition's number.
    public var partition: Int32?
    /// The earliest enqueued time.
    public var since: Int64?
    /// The latest enqueued time, itself not included.
    public var until: Int64?
    /// Whether those that somebody has resolved are wanted too.
    public var includesResolved: Bool

    /// Makes a filter.
    public init(
        reason: String? = nil,
        device: String? = nil,
        topic: String? = nil,
        partition: Int32? = nil,
        since: Int64? = nil,
        until: Int64? = nil,
        includesResolved: Bool = false
    ) {
        self.reason = reason
        self.device = device
        self.topic = topic
        self.partition = partition
        self.since = since
        self.until = until
        self.includesResolved = includesResolved
    }
}
