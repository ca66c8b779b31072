/// Which anomalies are wanted; what is `nil` does not restrict.
///
/// Times are microseconds since 1970-01-01T00:00:00Z.
public struct AnomalyFilter: Sendable, Equatable {
    /// The code of a community in which the device takes part at the anomaly's time.
    public var community: String?
    /// The device, as the hub names it.
    public var device: String?
    /// The kind.
    public var kind: String?
    /// Only what ends then or later.
    public var since: Int64?
    /// Only what begins earlier.
    public var until: Int64?
    /// Whether those that somebody has resolved are wanted too.
    public var includesResolved: Bool

    /// Makes a filter.
    public init(
        community: String? = nil,
        device: String? = nil,
        kind: String? = nil,
        since: Int64? = nil,
        until: Int64? = nil,
        includesResolved: Bool = false
    ) {
        self.community = community
        self.device = device
        self.kind = kind
        self.since = since
        self.until = until
        self.includesResolved = includesResolved
    }
}
