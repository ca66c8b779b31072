internal import CRdKafka
public import Ingestion
public import Logging
internal import Synchronization

/// One member of a consumer group, over librdkafka.
///
/// One thread uses it; its close runs on another, which it starts itself. It joins the group with the first poll: until then it may
/// only be asked (``allPartitions()``, ``offsetRange(of:)``), which disturbs nobody.
///
/// Partitions are never paused or sought: every change of position is a new assignment with offsets, since pause, resume and seek of
/// librdkafka before 2.4.0 may go on at a stale position (its issues #4208, #4230, #4636).
@safe public final class KafkaConsumer: RecordSource {
    let configuration: KafkaConsumerConfiguration
    let client: ClientHandle
    let callbacks: ConsumerCallbacks

    private var hasJoined = false
    private var isClosed = false
    /// Whether librdkafka ended before the deadline of ``close()``; `nil` before it.
    private(set) var didCloseInTime: Bool?
    /// Whether librdkafka waits for the answer to a rebalance, and which.
    var pendingAnswer: ConsumerNotice?
    /// What is assigned, in the loop's order, each with the offset of the next record to deliver.
    var positions: [PartitionStart] = []
    /// Whether ``pause()`` took the partitions out; ``positions`` still has them.
    var isPaused = false
    /// Where a message belongs; empty while nothing may be delivered.
    var table = AssignmentTable()

    /// The record that the accessors lend; freed by the next poll.
    var record: UnsafeMutablePointer<rd_kafka_message_t>?
    /// A message that arrived together with a notice; it is told after it.
    private var deferred: UnsafeMutablePointer<rd_kafka_message_t>?

    /// Records that arrived although they were delivered before, or whose partition is not assigned; dropped.
    public private(set) var droppedRecords = 0

    /// Offset commits to the group that the broker refused; of no consequence.
    public var failedGroupCommits: Int { callbacks.failedCommits.load(ordering: .relaxed) }

    /// Makes a member; nothing is sent yet but the connection.
    public init(
        _ configuration: KafkaConsumerConfiguration,
        logger: Logger
    ) throws(KafkaConfigurationFailure) {
        let properties = try configuration.clientProperties()
        let callbacks = ConsumerCallbacks(log: LogRelay(logger))
        client = unsafe try ClientHandle(RD_KAFKA_CONSUMER, properties: properties) { unsafe callbacks.install(on: $0) }
        self.configuration = configuration
        self.callbacks = callbacks
        // Errors and log lines arrive through the same poll as records.
        unsafe rd_kafka_poll_set_consumer(client.pointer)
    }

    deinit {
        close()
    }

    /// Waits for one event, at most so long.
    ///
    /// See ``RecordSource``.
    public func poll(waitingUpTo timeout: Duration) throws(SourceFailure) -> SourceEvent {
        releaseRecord()
        try joinIfNeeded()
        if let notice = callbacks.takeNotice() { return try tell(notice) }
        var wait = timeout.wholeMilliseconds
        var deadline: ContinuousClock.Instant?
        while true {
            guard let message = unsafe nextMessage(waiting: wait) else {
                guard let notice = callbacks.takeNotice() else { return .idle }
                return try tell(notice)
            }
            if let notice = callbacks.takeNotice() {
                unsafe deferred = message
                return try tell(notice)
            }
            if let event = unsafe try judge(message) { return event }
            // Dropped: wait for what is left of the time.
            let now = ContinuousClock.now
            let end = deadline ?? now + timeout
            deadline = end
            guard now < end else { return .idle }
            wait = (end - now).wholeMilliseconds
        }
    }

    /// Leaves the group and frees everything, within ``KafkaConsumerConfiguration/closeDeadline``.
    ///
    /// Later calls do nothing.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        releaseRecord()
        releaseDeferred()
        table = AssignmentTable()
        callbacks.isClosing.store(true, ordering: .releasing)
        let pending = pendingAnswer
        let ended = client.close(within: configuration.closeDeadline, keeping: callbacks) { client in
            // An unanswered rebalance would block the close for ever.
            switch pending {
            case .assigned: unsafe PartitionList([]).withPointer { _ = unsafe rd_kafka_assign(client.pointer, $0) }
            case nil: break
            default: unsafe rd_kafka_assign(client.pointer, nil)
            }
            unsafe rd_kafka_consumer_close(client.pointer)
        }
        didCloseInTime = ended
        guard !ended else { return }
        callbacks.log.warn(
            "the Kafka consumer did not close in time; its memory is left behind, the group drops it at its session timeout",
            metadata: ["deadline": "\(configuration.closeDeadline)"]
        )
    }

    // MARK: Messages and notices

    private func nextMessage(waiting milliseconds: Int32) -> UnsafeMutablePointer<rd_kafka_message_t>? {
        if let message = unsafe deferred {
            unsafe deferred = nil
            return unsafe message
        }
        return unsafe rd_kafka_consumer_poll(client.pointer, milliseconds)
    }

    /// Makes an event of a message; `nil`: dropped.
    private func judge(_ message: UnsafeMutablePointer<rd_kafka_message_t>) throws(SourceFailure) -> SourceEvent? {
        let index = unsafe table.index(of: message.pointee.rkt, partition: message.pointee.partition)
        guard unsafe message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
            // Read in full here; nothing of it is lent.
            defer { unsafe rd_kafka_message_destroy(message) }
            return unsafe try judgeFault(message, index: index)
        }
        let offset = unsafe message.pointee.offset
        guard let index, offset >= positions[index].offset else {
            droppedRecords += 1
            unsafe rd_kafka_message_destroy(message)
            return nil
        }
        positions[index].offset = offset + 1
        unsafe record = message
        return .record(
            RecordOrigin(assignmentIndex: index, offset: offset, timestamp: unsafe Self.timestamp(of: message))
        )
    }

    private func judgeFault(
        _ message: UnsafeMutablePointer<rd_kafka_message_t>,
        index: Int?
    ) throws(SourceFailure) -> SourceEvent? {
        let code = unsafe message.pointee.err
        let offset = unsafe message.pointee.offset
        func text() -> String { unsafe KafkaFault.text(rd_kafka_message_errstr(message), or: code) }
        switch MessageFault.judge(code, text: text()) {
        case .end:
            guard let index, offset >= positions[index].offset else { return nil }
            return .reachedEnd(assignmentIndex: index, nextOffset: offset)
        case .partition(let failure):
            if let index { return .partitionFailed(assignmentIndex: index, failure) }
            // A subscribed topic that is missing or forbidden has no partition to name; others are not ours any more.
            let isOfPartition = unsafe message.pointee.rkt != nil && message.pointee.partition >= 0
            guard !isOfPartition else { return nil }
            callbacks.noteTrouble(code: code.rawValue, text())
        case .trouble:
            callbacks.noteTrouble(code: code.rawValue, text())
        case .fatal:
            throw SourceFailure(isRetriable: false, "Kafka client: \(text()). Restart the worker.")
        }
        guard let notice = callbacks.takeNotice() else { return nil }
        return try tell(notice)
    }

    private static func timestamp(of message: UnsafeMutablePointer<rd_kafka_message_t>) -> Int64? {
        var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let milliseconds = unsafe rd_kafka_message_timestamp(message, &type)
        guard type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE, milliseconds >= 0 else { return nil }
        let (microseconds, overflow) = milliseconds.multipliedReportingOverflow(by: 1000)
        return overflow ? nil : microseconds
    }

    private func tell(_ notice: ConsumerNotice) throws(SourceFailure) -> SourceEvent {
        switch notice {
        case .assigned(let partitions):
            stopDelivering(until: notice)
            return .assigned(partitions)
        case .revoked:
            stopDelivering(until: notice)
            return .revoked
        case .lost:
            stopDelivering(until: notice)
            return .lost
        case .trouble(let text):
            return .trouble(text)
        case .outage(let text):
            return .outage(text)
        case .fatal(let text):
            throw SourceFailure(isRetriable: false, "Kafka client: \(text). Restart the worker.")
        }
    }

    /// Between a rebalance and its answer nothing is ours.
    private func stopDelivering(until answer: ConsumerNotice) {
        pendingAnswer = answer
        table = AssignmentTable()
        positions = []
        isPaused = false
        releaseDeferred()
    }

    private func joinIfNeeded() throws(SourceFailure) {
        guard !hasJoined else { return }
        let code = unsafe PartitionList(topics: configuration.topics).withPointer {
            unsafe rd_kafka_subscribe(client.pointer, $0)
        }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw SourceFailure(
                isRetriable: false,
                "cannot subscribe to \(configuration.topics): \(KafkaFault.text(code))"
            )
        }
        hasJoined = true
    }

    private func releaseRecord() {
        guard let message = unsafe record else { return }
        unsafe record = nil
        // Ours since the poll that returned it; lent spans ended with the accessors' closures.
        unsafe rd_kafka_message_destroy(message)
    }

    /// Frees a message that will not be told.
    func releaseDeferred() {
        guard let message = unsafe deferred else { return }
        unsafe deferred = nil
        // Ours since the poll that returned it, and never lent.
        unsafe rd_kafka_message_destroy(message)
    }
}
