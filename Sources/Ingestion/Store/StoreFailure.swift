/// Why the database did not do what was asked, and what to do now.
public struct StoreFailure: Error, Sendable, CustomStringConvertible {
    /// What to do.
    public enum Action: Sendable, Equatable {
        /// The database is away, full, shutting down or read-only: back off and try again, for ever.
        case retryLater
        /// A lock or serialization conflict: try again now, with jitter.
        case retryNow
        /// The epoch of these partitions is not ours any more: another worker owns them.
        case fenced([TopicPartition])
        /// `next_offset` is not what the batch expected: drop the batch and read on from what the database says.
        case positionMoved
        /// The connection was lost while it mattered: what is committed is not known. Read the positions anew, trust no memory.
        case outcomeUnknown
        /// The registry changed since the batch was decided: drop it, load the directory, decide again.
        case registryChanged
        /// The database refuses the data itself (SQLSTATE classes 22 and 23): find the record.
        case dataRefused
        /// Permission, configuration, corruption, or anything unknown: no retry mends it. Stop writing, say why, look again slowly.
        case halt
    }

    /// What to do.
    public var action: Action
    /// The SQLSTATE; empty if the server gave none.
    public var sqlState: String
    /// What happened and what to do about it; never PostgreSQL's DETAIL, which carries meter data.
    public var description: String

    /// Makes a failure.
    public init(_ action: Action, sqlState: String = "", _ description: String) {
        self.action = action
        self.sqlState = sqlState
        self.description = description
    }
}
