internal import Ingestion

/// Why one attempt to write a batch did not succeed; nothing of it is committed, unless the connection was lost in the COMMIT.
enum BatchFailure: Error {
    /// The parts of a batch's transaction.
    enum Phase {
        /// BEGIN, positions, the gate.
        case opening
        /// COPY into `reading`.
        case straight
        /// Everything else before the end.
        case inner
        /// COMMIT was sent.
        case commit
    }

    /// The database's state forbids it; what the loop does about it is said.
    case refused(StoreFailure)
    /// PostgreSQL refused, or went away, in this phase.
    case database(PostgresError, Phase)
}
