/// A stored profile of shares by the hour, without the shares.
public struct StoredShareProfile: Sendable, Equatable {
    /// The community's code.
    public var community: String
    /// When its first hour begins, microseconds since 1970-01-01T00:00:00Z.
    public var from: Int64
    /// When its last hour ends.
    public var until: Int64
    /// How many meters it names.
    public var meters: Int64
    /// The name of the file that it came from.
    public var source: String
    /// The database role that stored it.
    public var appliedBy: String
    /// When it was stored.
    public var appliedAt: Int64

    /// Makes one.
    public init(
        community: String,
        from: Int64,
        until: Int64,
        meters: Int64,
        source: String,
        appliedBy: String,
        appliedAt: Int64
    ) {
        self.community = community
        self.from = from
        self.until = until
        self.meters = meters
        self.source = source
        self.appliedBy = appliedBy
        self.appliedAt = appliedAt
    }
}
