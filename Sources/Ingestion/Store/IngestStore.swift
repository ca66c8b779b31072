/// The database, as the ingest loop needs it.
///
/// One thread uses a store. Every call is a transaction of its own, blocking, bounded by deadlines. After a failure that lost the
/// connection the next call connects anew; positions then have to be taken over again before the next ``write(_:)``.
public protocol IngestStore: AnyObject, SendableMetatype {
    /// Reads the devices of the registry and its version.
    func loadDirectory() throws(StoreFailure) -> DirectorySnapshot

    /// Takes partitions over: raises their epochs under the row lock and records this connection as their owner.
    ///
    /// A frozen owner that still holds a row is terminated. A partition without a row gets one, as the request says.
    /// The answer has the order of `requests`.
    func takeOver(_ requests: [TakeOverRequest], owner: String) throws(StoreFailure) -> [TakenPosition]

    /// Writes a batch in one transaction; when it returns, all of it is committed.
    func write(_ batch: IngestBatch) throws(StoreFailure) -> CommitReceipt

    /// Says of running partitions that their end is reached (or that it is not), so that they do not hold the watermark.
    ///
    /// - Throws: `.fenced` naming those whose epoch is not ours any more; the others are marked all the same.
    func markAtEnd(_ partitions: [(partition: TopicPartition, epoch: Int64)], isAtEnd: Bool) throws(StoreFailure)

    /// Halts a partition: nobody goes on with it until `wattsource positions accept-gap`.
    func halt(_ partition: TopicPartition, epoch: Int64, reason: String) throws(StoreFailure)

    /// All positions of these topics, whoever owns them.
    func positions(ofTopics topics: [String]) throws(StoreFailure) -> [PositionState]
}
