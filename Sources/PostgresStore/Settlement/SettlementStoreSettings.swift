/// How a settlement store reaches its database, and how long it waits.
public struct SettlementStoreSettings: Sendable {
    /// A libpq URI or connection string.
    public var conninfo: String
    /// What `pg_stat_activity` shows.
    public var applicationName: String
    /// The span of new partitions of `attribution`.
    public var partitionWidth: PartitionWidth
    /// How long a transaction, a claim say, may take as a whole; afterwards the connection is closed.
    public var transactionTimeout: Duration
    /// How long to wait for the batch gate, and for a community that somebody else settles.
    public var lockTimeout: Duration

    /// Makes settings.
    public init(
        conninfo: String,
        applicationName: String = "wattsource settlement",
        partitionWidth: PartitionWidth = .month,
        transactionTimeout: Duration = .seconds(300),
        lockTimeout: Duration = .seconds(10)
    ) {
        self.conninfo = conninfo
        self.applicationName = applicationName
        self.partitionWidth = partitionWidth
        self.transactionTimeout = transactionTimeout
        self.lockTimeout = lockTimeout
    }
}
