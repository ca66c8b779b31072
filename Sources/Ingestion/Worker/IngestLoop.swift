/// The ingest loop: reads the source, writes batches to the store, exactly once; see ``IngestCycle`` for what one turn does.
///
/// It blocks the thread that calls ``run()``, which is to be one of its own. The store works on a second thread. At any time there
/// is at most one batch being written and one being filled; the rest stays with the source, whose memory is bounded by its
/// configuration.
public final class IngestLoop<Source: RecordSource, Store: IngestStore> {
    private let source: Source
    private let observe: @Sendable (IngestEvent) -> Void
    private let stopping: StopFlag
    private let cycle: IngestCycle<Source, StoreThread<Store>>

    /// Makes a loop; nothing happens before ``run()``.
    public init(
        settings: IngestSettings,
        source: sending Source,
        store: sending Store,
        stopping: StopFlag,
        observe: @escaping @Sendable (IngestEvent) -> Void
    ) {
        self.source = source
        self.observe = observe
        self.stopping = stopping
        cycle = IngestCycle(
            settings: settings,
            source: source,
            lane: StoreThread(store),
            clock: .machine,
            observe: observe
        )
    }

    /// Runs until it is told to stop, or, draining, until every partition of the topics has reached its end.
    ///
    /// When it is told to stop, it lets the batch that is being written finish (bounded), drops the one being filled, tells the
    /// group where it is, and leaves.
    ///
    /// - Throws: ``SourceFailure`` for what no retry mends.
    /// - Returns: The partitions that are halted, with the reasons; empty: all is well.
    public func run() throws(SourceFailure) -> [TopicPartition: String] {
        defer {
            source.close()
            observe(.stopped)
        }
        while !stopping.isSet {
            if let result = try cycle.turn() { return result }
        }
        return cycle.stop()
    }
}
