/// How an ingest store reaches its database, and how long it waits.
public struct IngestStoreSettings: Sendable {
    /// A libpq URI or connection string.
    public var conninfo: String
    /// What `pg_stat_activity` shows.
    public var applicationName: String
    /// The span of new partitions of `reading` and `dead_letter`.
    public var partitionWidth: PartitionWidth
    /// How many dead letters a day may leave behind.
    public var deadLetters: DeadLetterLimit
    /// How long a transaction may take as a whole, by the clock of this process; afterwards the connection is closed.
    public var transactionTimeout: Duration
    /// How long to wait for a row or a table.
    public var lockTimeout: Duration
    /// How long to wait for the batch gate: longer than other batches take.
    public var gateTimeout: Duration

    /// Makes settings.
    public init(
        conninfo: String,
        applicationName: String = "wattsource ingest",
        partitionWidth: PartitionWidth = .month,
        deadLetters: DeadLetterLimit = DeadLetterLimit(),
        transactionTimeout: Duration = .seconds(20),
        lockTimeout: Duration = .seconds(2),
        gateTimeout: Duration = .seconds(10)
    ) {
        self.conninfo = conninfo
        self.applicationName = applicationName
        self.partitionWidth = partitionWidth
        self.deadLetters = deadLetters
        self.transactionTimeout = transactionTimeout
        self.lockTimeout = lockTimeout
        self.gateTimeout = gateTimeout
    }
}
