/// What one poll of a ``RecordSource`` gave.
public enum SourceEvent: Sendable, Equatable {
    /// Nothing within the waiting time.
    case idle
    /// A record: it can be borrowed with the source's accessors until the next poll.
    case record(RecordOrigin)
    /// The group gave these partitions to this member: answer with ``RecordSource/assign(_:)``. All of them, not a difference.
    case assigned([TopicPartition])
    /// The group takes back all partitions: finish or drop the work, then answer with ``RecordSource/unassign()``.
    case revoked
    /// The partitions are already someone else's: drop the work, then answer with ``RecordSource/unassign()``.
    case lost
    /// A partition's end was reached: `nextOffset` is the offset that its next record will have, by the broker's own word in a fetch.
    case reachedEnd(assignmentIndex: Int, nextOffset: Int64)
    /// One partition cannot go on by itself.
    case partitionFailed(assignmentIndex: Int, PartitionFailure)
    /// Something that heals by itself (one broker is away, a coordinator moves): for the log.
    case trouble(String)
    /// No broker can be reached; told again every few seconds for as long as it lasts.
    case outage(String)
}
