public import MeterReadings

/// How the ingest loop works.
public struct IngestSettings: Sendable {
    /// Where a record's device comes from if the hub's header does not say it.
    public enum Identity: String, Sendable, CaseIterable {
        /// Nowhere: such a record is refused.
        case hubHeader = "hub-header"
        /// The record's key.
        case recordKey = "record-key"
        /// The body's own word.
        case body
        /// The routing envelope that the hub has put around the body.
        case envelope
    }

    /// Where a topic begins of which nothing was ever consumed.
    public enum FirstStart: Sendable, Equatable {
        /// At the first record that the broker still has.
        case earliest
        /// At its end.
        case latest
        /// At the first record of this time or later: microseconds since 1970-01-01T00:00:00Z.
        case timestamp(Int64)
    }

    /// A name for this worker, for the positions' owner column.
    public var owner: String
    /// The subscribed topics.
    public var topics: [String]
    /// Where the device comes from without a hub header.
    public var identity: Identity
    /// Where a new topic begins.
    public var firstStart: FirstStart
    /// What a record may hold.
    public var limits: RecordLimits
    /// What a reading is judged by.
    public var rules: ReadingRules
    /// A batch is written when it has so many rows and dead letters.
    public var batchRows: Int
    /// A batch is written when it holds so many bytes.
    public var batchBytes: Int
    /// A batch is written when its first record waits so long.
    public var batchAge: Duration
    /// How long a partition must have been at its end before the database is told.
    public var idleBeforeMark: Duration
    /// How often the group is told the position, for lag tools.
    public var groupCommitEvery: Duration
    /// How long fenced or halted partitions are left alone before the loop looks again.
    public var lookAgainEvery: Duration
    /// How long a drain waits for the group's first word before it gives up.
    public var assignmentDeadline: Duration
    /// The longest pause between attempts while the database is away.
    public var longestRetryDelay: Duration
    /// The latest time that the watermark follows, by this machine's clock, in microseconds since 1970-01-01T00:00:00Z.
    ///
    /// A sender whose clock is years ahead would make everything due and final at once. The clock decides here only *when* something
    /// is settled, never what: such a record's readings are taken as they are.
    public var latestWatermark: @Sendable () -> Int64
    /// End as soon as every partition of the topics has reached its end.
    public var drains: Bool

    /// Makes settings with the defaults of the README.
    public init(owner: String, topics: [String]) {
        self.owner = owner
        self.topics = topics
        identity = .hubHeader
        firstStart = .earliest
        limits = RecordLimits()
        rules = ReadingRules()
        batchRows = 20_000
        batchBytes = 16 << 20
        batchAge = .milliseconds(100)
        idleBeforeMark = .seconds(2)
        groupCommitEvery = .seconds(5)
        lookAgainEvery = .seconds(15)
        assignmentDeadline = .seconds(60)
        longestRetryDelay = .seconds(10)
        latestWatermark = { .max }
        drains = false
    }
}
