import Ingestion

/// A broker and a consumer in memory: partitions of records, a script of group events, and a memory of what was asked.
final class FakeSource: RecordSource {
    struct Record {
        var device: String
        var value: [UInt8]?
        var enqueuedMillis: Int64
        /// The broker's own time; `nil`: the enqueued time.
        var timestampMillis: Int64?
    }

    var logs: [TopicPartition: [Record]]
    var lows: [TopicPartition: Int64] = [:]
    /// Given before anything else, one a poll.
    var script: [SourceEvent]
    private(set) var assigned: [PartitionStart] = []
    private(set) var assignments = 0
    private(set) var isClosed = false
    private(set) var committed: [PartitionStart] = []
    /// Called with the number of records delivered so far before each delivery.
    var beforeRecord: ((Int) -> Void)?
    private var cursor: [Int64] = []
    private var saidEnd: [Bool] = []
    private var current: Record?
    private var delivered = 0

    init(_ logs: [TopicPartition: [Record]]) {
        self.logs = logs
        script = [.assigned(logs.keys.sorted())]
    }

    func poll(waitingUpTo timeout: Duration) throws(SourceFailure) -> SourceEvent {
        current = nil
        if !script.isEmpty { return script.removeFirst() }
        for (index, start) in assigned.enumerated() {
            let log = logs[start.partition] ?? []
            if cursor[index] < Int64(log.count) {
                beforeRecord?(delivered)
                delivered += 1
                let offset = cursor[index]
                cursor[index] += 1
                current = log[Int(offset)]
                return .record(
                    RecordOrigin(
                        assignmentIndex: index,
                        offset: offset,
                        timestamp: (log[Int(offset)].timestampMillis ?? log[Int(offset)].enqueuedMillis) * 1_000
                    )
                )
            }
            if !saidEnd[index] {
                saidEnd[index] = true
                return .reachedEnd(assignmentIndex: index, nextOffset: Int64(log.count))
            }
        }
        return .idle
    }

    func withValue<Result>(_ body: (Span<UInt8>?) -> Result) -> Result {
        guard let value = current?.value else { return body(nil) }
        return body(value.span)
    }

    func withKey<Result>(_ body: (Span<UInt8>?) -> Result) -> Result { body(nil) }

    func forEachHeader(_ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) -> Void) {
        guard let current else { return }
        let headers = [
            ("iothub-connection-device-id", current.device), ("iothub-enqueuedtime", String(current.enqueuedMillis)),
            ("iothub-message-source", "Telemetry"),
        ]
        for (name, value) in headers {
            let (name, value) = (Array(name.utf8), Array(value.utf8))
            body(name.span, value.span)
        }
    }

    func assign(_ starts: [PartitionStart]) throws(SourceFailure) {
        assigned = starts
        assignments += 1
        cursor = starts.map(\.offset)
        saidEnd = starts.map { _ in false }
    }

    func unassign() throws(SourceFailure) {
        assigned = []
        cursor = []
        saidEnd = []
    }

    func pause() throws(SourceFailure) {}
    func resume() throws(SourceFailure) {}

    func offsetRange(of partition: TopicPartition) throws(SourceFailure) -> (low: Int64, high: Int64) {
        (lows[partition] ?? 0, Int64(logs[partition]?.count ?? 0))
    }

    func firstOffset(of partition: TopicPartition, atOrAfter time: Int64) throws(SourceFailure) -> Int64 {
        let log = logs[partition] ?? []
        return Int64(log.firstIndex { $0.enqueuedMillis * 1_000 >= time } ?? log.count)
    }

    func knownEnd(of partition: TopicPartition) -> Int64? { Int64(logs[partition]?.count ?? 0) }

    func allPartitions() throws(SourceFailure) -> [TopicPartition] { logs.keys.sorted() }
    func commitToGroup(_ nextOffsets: [PartitionStart]) { committed = nextOffsets }
    func close() { isClosed = true }
}
