/// A member of a consumer group, as the ingest loop needs it.
///
/// One thread uses a source; nothing here is safe to call from two. Records are borrowed, not copied: what
/// ``RecordContent`` lends belongs to the record of the last ``poll(waitingUpTo:)`` and ends with the next.
public protocol RecordSource: RecordContent, AnyObject {
    /// Waits for one event, at most so long.
    ///
    /// - Throws: ``SourceFailure`` only for what no later poll can mend.
    func poll(waitingUpTo timeout: Duration) throws(SourceFailure) -> SourceEvent

    /// Reads these partitions from these offsets, instead of all that was assigned before.
    ///
    /// Records of earlier assignments are not delivered any more. `RecordOrigin.assignmentIndex` counts in `starts`.
    func assign(_ starts: [PartitionStart]) throws(SourceFailure)

    /// Reads nothing any more; the answer to a revocation.
    func unassign() throws(SourceFailure)

    /// Stops fetching while polls go on to serve the group.
    func pause() throws(SourceFailure)

    /// Goes on after ``pause()``, where it stopped.
    func resume() throws(SourceFailure)

    /// Asks the broker for the first offset that it still has, and for the end as it tells it (which may lag behind).
    func offsetRange(of partition: TopicPartition) throws(SourceFailure) -> (low: Int64, high: Int64)

    /// Asks the broker for the first offset whose record is of this time or later; the end if there is none.
    ///
    /// - Parameter time: Microseconds since 1970-01-01T00:00:00Z.
    func firstOffset(of partition: TopicPartition, atOrAfter time: Int64) throws(SourceFailure) -> Int64

    /// The partition's end as the last fetch reply told it, without asking anybody; `nil` before the first reply.
    func knownEnd(of partition: TopicPartition) -> Int64?

    /// Asks the broker for all partitions of the subscribed topics.
    func allPartitions() throws(SourceFailure) -> [TopicPartition]

    /// Tells the group how far the database is, for lag tools; not waited for, and a failure is of no consequence.
    func commitToGroup(_ nextOffsets: [PartitionStart])

    /// Leaves the group and frees everything; bounded by a deadline. Nothing may be called afterwards.
    func close()
}
