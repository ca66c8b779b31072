internal import CRdKafka
public import Ingestion
internal import Synchronization

extension KafkaConsumer {
    /// Reads these partitions from these offsets, instead of all that was assigned before; it also ends a pause.
    ///
    /// librdkafka stops the previous partitions under a version barrier before this returns: nothing that it fetched for them earlier
    /// is delivered afterwards.
    public func assign(_ starts: [PartitionStart]) throws(SourceFailure) {
        if let invalid = starts.first(where: { $0.offset < 0 || $0.partition.partition < 0 }) {
            throw SourceFailure(isRetriable: false, "cannot read \(invalid.partition) from offset \(invalid.offset)")
        }
        try replaceAssignment(by: starts, doing: "assign \(starts.count) partitions")
        pendingAnswer = nil
        isPaused = false
        positions = starts
        ends = Array(repeating: -1, count: starts.count)
        table = AssignmentTable(starts)
    }

    /// Makes librdkafka fetch at once: the same assignment again, at the next records.
    ///
    /// See ``FetchStall``.
    func wake() throws(SourceFailure) {
        try replaceAssignment(by: positions, doing: "go on")
        table = AssignmentTable(positions)
    }

    /// Reads nothing any more; the answer to a revocation.
    public func unassign() throws(SourceFailure) {
        releaseDeferred()
        table = AssignmentTable()
        positions = []
        isPaused = false
        let code = unsafe rd_kafka_assign(client.pointer, nil)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw Self.failure(code, doing: "give the partitions back") }
        pendingAnswer = nil
    }

    /// Stops fetching, and empties the queue, while polls go on to serve the group.
    public func pause() throws(SourceFailure) {
        guard !isPaused, pendingAnswer == nil, !positions.isEmpty else { return }
        try replaceAssignment(by: [], doing: "pause")
        table = AssignmentTable()
        isPaused = true
    }

    /// Goes on after ``pause()`` with the record after the last one delivered.
    public func resume() throws(SourceFailure) {
        guard isPaused else { return }
        try assign(positions)
    }

    /// Tells the group how far the database is; not waited for, and a failure is only counted.
    public func commitToGroup(_ nextOffsets: [PartitionStart]) {
        guard !nextOffsets.isEmpty else { return }
        let code = unsafe PartitionList(nextOffsets).withPointer { unsafe rd_kafka_commit(client.pointer, $0, 1) }
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        callbacks.failedCommits.add(1, ordering: .relaxed)
    }

    private func replaceAssignment(by starts: [PartitionStart], doing action: String) throws(SourceFailure) {
        releaseDeferred()
        let code = unsafe PartitionList(starts).withPointer { unsafe rd_kafka_assign(client.pointer, $0) }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw Self.failure(code, doing: action) }
    }

    /// A failure in words, and whether the same call may work later.
    static func failure(_ code: rd_kafka_resp_err_t, doing action: String) -> SourceFailure {
        let isRetriable: Bool
        switch MessageFault.judge(code, text: "") {
        case .trouble: isRetriable = code != RD_KAFKA_RESP_ERR__INVALID_ARG
        case .end, .partition(.offsetOutOfRange), .partition(.corruptBatch): isRetriable = true
        case .partition(.unknownPartition): isRetriable = true
        case .partition(.unauthorized), .fatal: isRetriable = false
        }
        return SourceFailure(isRetriable: isRetriable, "cannot \(action): \(KafkaFault.text(code))")
    }
}
