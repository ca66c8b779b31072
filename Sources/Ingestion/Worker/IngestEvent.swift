/// What happened in the ingest loop, for logs, counters and the health state.
///
/// Per batch, never per record.
public enum IngestEvent: Sendable {
    /// A batch is committed.
    case committed(IngestSummary)
    /// The database did not do it; the loop goes on by itself.
    case storeTrouble(StoreFailure)
    /// The database answers again.
    case storeRecovered
    /// The source has trouble that heals by itself.
    case sourceTrouble(String)
    /// The source reaches no broker; told again every few seconds for as long as it lasts.
    case sourceOutage(String)
    /// The group gave these partitions to this worker.
    case assigned([TopicPartition])
    /// These are taken over under these epochs and read from these offsets.
    case takenOver([(start: PartitionStart, epoch: Int64)])
    /// The group took all partitions back; `lost`: they were someone else's already.
    case revoked(lost: Bool)
    /// Another worker took these over.
    case fenced([TopicPartition])
    /// This partition does not go on until somebody decides.
    case halted(TopicPartition, reason: String)
    /// These are the partitions that do not go on at present; empty: all do.
    case haltedPartitions([TopicPartition: String])
    /// The registry changed, and its devices were loaded anew.
    case directoryLoaded(devices: Int, registryVersion: Int64)
    /// The database refuses this record; it becomes a dead letter.
    case recordRefusedByDatabase(TopicPartition, offset: Int64, sqlState: String)
    /// How far the loop is; about once a second, which also shows that it goes round.
    case progress(IngestProgress)
    /// The loop has ended.
    case stopped
}
