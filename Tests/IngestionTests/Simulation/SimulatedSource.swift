import Ingestion

/// One member of the consumer group, as a client library shows it to the ingest loop, with all that client and broker do wrong.
final class SimulatedSource: RecordSource {
    private let context: SimulationContext
    private let broker: SimulatedBroker
    private unowned let database: SimulatedDatabase
    private let name: String

    private struct Cursor {
        var partition: Int
        var start: Int
        var next: Int
        var toldEnd: Int?
    }

    private var cursors: [Cursor] = []
    /// What the group has to say, in its order.
    private var notices: [SourceEvent] = []
    /// Whether the group's last word was answered; nothing is delivered before.
    private var isAnswered = false
    private var hasPartitions = false
    private var isPaused = false
    private var isMember = false
    /// Partitions whose fetch fails the next time.
    private var disturbed: Set<Int> = []
    private var current: SimulatedRecord?
    /// How often in a row a fetch failed without any sign that the offset is right.
    private var failures: [Int]

    init(_ name: String, _ broker: SimulatedBroker, _ database: SimulatedDatabase, _ context: SimulationContext) {
        self.name = name
        self.broker = broker
        self.database = database
        self.context = context
        failures = Array(repeating: 0, count: broker.partitions.count)
    }

    // MARK: The group's side

    /// The partitions were given out anew.
    func rebalance(to partitions: [TopicPartition], isCooperative: Bool) {
        if !isCooperative, hasPartitions {
            notices.append(context.fires(.assignmentLost, oneIn: 5) ? .lost : .revoked)
        }
        hasPartitions = true
        notices.append(.assigned(partitions))
    }

    /// The group says something, after all that it has said before.
    func hear(_ notice: SourceEvent) { notices.append(notice) }

    /// The group took this member for dead; it will find out, and come back.
    func expel() {
        broker.leave(self)
        isMember = false
        notices = [.lost]
        hasPartitions = false
        context.happened(.assignmentLost)
    }

    /// The client will notice with its next fetch that the log is not what it was.
    func disturb(_ partition: Int) { disturbed.insert(partition) }

    /// How often in a row this client was told that it cannot fetch.
    func failures(_ partition: Int) -> Int { failures[partition] }

    /// The position moved on: the fetches before it were right.
    func forgetFailures(_ partition: Int) { failures[partition] = 0 }

    // MARK: RecordSource

    func poll(waitingUpTo timeout: Duration) throws(SourceFailure) -> SourceEvent {
        current = nil
        if !isMember, notices.isEmpty {
            isMember = true
            broker.join(self)
        }
        // A client hears of the group's decisions some time after they were made.
        if !notices.isEmpty, !context.choices.oneIn(3) {
            isAnswered = false
            cursors = []
            isPaused = false
            let notice = notices.removeFirst()
            context.note("\(name) polls \(notice)")
            return notice
        }
        let event = isAnswered && !cursors.isEmpty ? fetch() : .idle
        if event == .idle { context.advance(min(timeout, .milliseconds(5))) }
        return event
    }

    private func fetch() -> SourceEvent {
        if isPaused && !context.choices.oneIn(8) { return .idle }
        if context.choices.oneIn(6) { return .idle }
        let first = context.choices.below(cursors.count)
        for step in cursors.indices {
            let index = (first + step) % cursors.count
            if let event = fetch(index) { return event }
        }
        return .idle
    }

    private func fetch(_ index: Int) -> SourceEvent? {
        let partition = cursors[index].partition
        let log = broker.logs[partition]
        if disturbed.remove(partition) != nil {
            return failed(index, context.choices.oneIn(2) ? .offsetOutOfRange : .unknownPartition("disturbed"))
        }
        if let failure = spuriousFailure() { return failed(index, failure) }
        if cursors[index].next < log.low || (cursors[index].next > log.high && !log.isSilentBeyondEnd) {
            return failed(index, .offsetOutOfRange)
        }
        if cursors[index].next > log.high {
            context.happened(.silentBroker)
            return nil
        }
        if cursors[index].next > cursors[index].start, context.fires(.redelivery, oneIn: 25) {
            // From any earlier record on, in order, as after a rebalance that the client did not notice.
            cursors[index].next = max(log.low, context.choices.below(cursors[index].next))
        }
        while cursors[index].next < log.high {
            let offset = cursors[index].next
            cursors[index].next += 1
            guard let record = log.life.records[offset] else { continue }
            cursors[index].toldEnd = nil
            current = record
            context.note("\(name) polls \(partition)/\(offset)")
            return .record(RecordOrigin(assignmentIndex: index, offset: Int64(offset), timestamp: record.enqueuedAt))
        }
        guard cursors[index].toldEnd != log.high else { return nil }
        cursors[index].toldEnd = log.high
        failures[partition] = 0
        context.note("\(name) polls the end of \(partition) at \(log.high)")
        return .reachedEnd(assignmentIndex: index, nextOffset: Int64(log.high))
    }

    private func spuriousFailure() -> PartitionFailure? {
        if context.fires(.spuriousOutOfRange, oneIn: 60) { return .offsetOutOfRange }
        if context.fires(.corruptFetch, oneIn: 90) { return .corruptBatch("checksum") }
        if context.fires(.partitionUnknown, oneIn: 120) { return .unknownPartition("for a moment") }
        if context.fires(.accessDenied, oneIn: 120) { return .unauthorized("for a moment") }
        return nil
    }

    private func failed(_ index: Int, _ failure: PartitionFailure) -> SourceEvent {
        let partition = cursors[index].partition
        if context.options.defect == .resetToLatest, failure == .offsetOutOfRange {
            cursors[index].next = broker.logs[partition].high
            context.note("\(name) jumps to the end of \(partition)")
            return .idle
        }
        if case .unauthorized = failure {} else { failures[partition] += 1 }
        context.note("\(name) fails to fetch \(partition)/\(cursors[index].next): \(failure)")
        return .partitionFailed(assignmentIndex: index, failure)
    }

    func assign(_ starts: [PartitionStart]) throws(SourceFailure) {
        context.note("\(name) assigns \(starts.map { "\($0.partition.partition)/\($0.offset)" })")
        isAnswered = true
        disturbed = []
        cursors = starts.map {
            Cursor(partition: Int($0.partition.partition), start: Int($0.offset), next: Int($0.offset))
        }
    }

    func unassign() throws(SourceFailure) {
        isAnswered = true
        cursors = []
    }

    func pause() throws(SourceFailure) { isPaused = true }
    func resume() throws(SourceFailure) { isPaused = false }

    func offsetRange(of partition: TopicPartition) throws(SourceFailure) -> (low: Int64, high: Int64) {
        if context.fires(.brokerUnreachable, oneIn: 20) { throw SourceFailure(isRetriable: true, "no answer") }
        let log = broker.log(partition)
        var range = (low: log.low, high: log.high)
        if context.fires(.staleOffsets, oneIn: 6) {
            range.low = context.choices.below(range.low + 1)
            range.high = range.low + context.choices.below(range.high - range.low + 1)
        }
        return (Int64(range.low), Int64(range.high))
    }

    func firstOffset(of partition: TopicPartition, atOrAfter time: Int64) throws(SourceFailure) -> Int64 {
        let log = broker.log(partition)
        let first = log.life.records.indices.first { index in
            index >= log.low && log.life.records[index].map { $0.enqueuedAt >= time } ?? false
        }
        return Int64(first ?? log.high)
    }

    func knownEnd(of partition: TopicPartition) -> Int64? { Int64(broker.log(partition).high) }

    func allPartitions() throws(SourceFailure) -> [TopicPartition] { broker.partitions }

    func commitToGroup(_ nextOffsets: [PartitionStart]) {
        for offset in nextOffsets { database.books.groupWasTold(offset) }
        broker.commit(nextOffsets)
    }

    func close() {
        broker.leave(self)
        isMember = false
        cursors = []
    }

    // MARK: RecordContent

    func withValue<Result>(_ body: (Span<UInt8>?) -> Result) -> Result {
        guard let value = current?.value else { return body(nil) }
        return body(value.span)
    }

    func withKey<Result>(_ body: (Span<UInt8>?) -> Result) -> Result { body(nil) }

    func forEachHeader(_ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) -> Void) {
        guard let current else { return }
        for header in current.headers { body(header.name.span, header.value.span) }
    }
}
