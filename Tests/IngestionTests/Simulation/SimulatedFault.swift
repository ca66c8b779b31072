/// What can go wrong in a simulation.
///
/// Each counts how often it really happened, not how often it was drawn.
enum SimulatedFault: Int, CaseIterable, Sendable {
    // Workers.
    /// A worker's process ends without a word.
    case workerKilled
    /// A worker is told to stop.
    case workerStopped
    /// A worker's process stands still, and the group gives its partitions away.
    case workerFrozen
    /// A frozen worker goes on where it stood, in the middle of a batch.
    case workerThawedInBatch

    // The database.
    /// A connection breaks outside of a commit.
    case connectionCut
    /// The same, but the server does not notice and keeps the locks.
    case connectionHalfOpen
    /// A connection breaks before the server has the COMMIT.
    case commitNotReceived
    /// The COMMIT is done, its reply is lost.
    case commitReplyLost
    /// A connection breaks while the server is committing: it is done later, or not.
    case commitLeftPending
    /// A take-over is done, its reply is lost.
    case takeOverReplyLost
    /// A take-over ends the session that is recorded as the owner and holds the row.
    case ownerTerminated
    /// A batch waits for a position's row that another session has locked.
    case rowLockWait
    /// A serialization failure or a deadlock.
    case conflict
    /// The disk is full.
    case diskFull
    /// A privilege is missing.
    case privilegeMissing
    /// COPY stops early and reports what it has.
    case copyCutShort
    /// The server goes down, and with it all sessions.
    case databaseCrashed
    /// A connection is refused because the server is away.
    case databaseAway
    /// With synchronous_commit = off: the newest commits are forgotten in a crash.
    case asynchronousCommitsLost
    /// The registry gets another version.
    case registryChanged
    /// Somebody changes readings by hand.
    case readingsChanged
    /// A row that the database refuses.
    case poisonRecord

    // The broker.
    /// The log loses its end.
    case logTruncated
    /// The topic is deleted and made anew.
    case topicRecreated
    /// Retention removes what was not consumed.
    case retentionPassed
    /// The broker says of an offset that is there that it is not.
    case spuriousOutOfRange
    /// A batch of records arrives broken.
    case corruptFetch
    /// The broker does not know the partition for a moment.
    case partitionUnknown
    /// The broker refuses access for a moment.
    case accessDenied
    /// A question to the broker is not answered.
    case brokerUnreachable
    /// The broker answers with an older end, or beginning, of the log.
    case staleOffsets
    /// A broker answers a fetch beyond its log's end with nothing at all.
    case silentBroker
    /// Records are delivered again that were delivered before.
    case redelivery
    /// The group's offset is not what was told to it.
    case groupOffsetLies
    /// All partitions are taken back, then given out anew.
    case rebalanceEager
    /// Partitions are given out anew without being taken back.
    case rebalanceCooperative
    /// A member learns that its partitions are someone else's already.
    case assignmentLost

    // The producers.
    /// A reading is sent twice.
    case producerRepeats
    /// A reading is sent again with another value.
    case producerContradicts
    /// A reading comes after newer ones.
    case producerLate
    /// A record that is no telemetry, or of nobody.
    case badRecord
    /// An offset without a record.
    case offsetWithoutRecord
}

/// How often each fault happened.
struct FaultCounts: Sendable {
    private var counts = [Int](repeating: 0, count: SimulatedFault.allCases.count)

    subscript(fault: SimulatedFault) -> Int { counts[fault.rawValue] }

    mutating func add(_ fault: SimulatedFault) { counts[fault.rawValue] += 1 }

    mutating func add(_ other: FaultCounts) {
        for index in counts.indices { counts[index] += other.counts[index] }
    }
}
