internal import CRdKafka
internal import Ingestion
internal import Synchronization

/// What librdkafka's callbacks write to, and the callbacks.
///
/// Rebalance and error callbacks run inside a poll, on the thread that polls; while closing, on the closing thread. They only take a note
/// and return: the loop answers from outside, when its database has taken the partitions over.
final class ConsumerCallbacks: Sendable {
    /// Where log lines go.
    let log: LogRelay
    /// Whether there are notices: cheap to ask once per record.
    let hasNotices = Atomic<Bool>(false)
    /// Set once, before closing: from then on a rebalance is answered at once.
    let isClosing = Atomic<Bool>(false)
    /// Offset commits to the group that the broker refused.
    let failedCommits = Atomic<Int>(0)

    private let notices = Mutex<[ConsumerNotice]>([])
    private let troubles = Mutex<[Int32: RateLimit]>([:])

    /// Makes one with the log to write to.
    init(log: LogRelay) {
        self.log = log
    }

    /// Leaves a notice.
    func note(_ notice: ConsumerNotice) {
        notices.withLock { $0.append(notice) }
        hasNotices.store(true, ordering: .releasing)
    }

    /// Takes the oldest notice.
    func takeNotice() -> ConsumerNotice? {
        guard hasNotices.load(ordering: .acquiring) else { return nil }
        return notices.withLock { notices in
            let first = notices.isEmpty ? nil : notices.removeFirst()
            if notices.isEmpty { hasNotices.store(false, ordering: .releasing) }
            return first
        }
    }

    /// Leaves a notice of trouble, the same kind at most once in two seconds.
    func noteTrouble(code: Int32, _ text: String) {
        let verdict = troubles.withLock {
            $0[code, default: RateLimit(1, per: .seconds(2))].judge(at: .now)
        }
        guard verdict != .suppress else { return }
        note(code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN.rawValue ? .outage(text) : .trouble(text))
    }

    /// Sets the callbacks and their context, which must outlive the client.
    func install(on configuration: OpaquePointer) {
        // Not retained: the consumer, and then its close, keep `self` alive for as long as the client exists.
        unsafe rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(self).toOpaque())
        unsafe rd_kafka_conf_set_log_cb(configuration) { client, level, facility, text in
            guard let context = unsafe rd_kafka_opaque(client) else { return }
            unsafe ConsumerCallbacks.from(context).log.relay(level, facility, text)
        }
        unsafe rd_kafka_conf_set_error_cb(configuration) { client, code, reason, context in
            guard let context = unsafe context else { return }
            unsafe ConsumerCallbacks.from(context).onError(client, code, reason)
        }
        unsafe rd_kafka_conf_set_rebalance_cb(configuration) { client, code, partitions, context in
            guard let context = unsafe context else { return }
            unsafe ConsumerCallbacks.from(context).onRebalance(client, code, partitions)
        }
        unsafe rd_kafka_conf_set_offset_commit_cb(configuration) { _, code, _, context in
            guard let context = unsafe context, code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
            unsafe ConsumerCallbacks.from(context).failedCommits.add(1, ordering: .relaxed)
        }
    }

    private static func from(_ context: UnsafeMutableRawPointer) -> ConsumerCallbacks {
        // `install` set exactly this object, and it is alive: see there.
        unsafe Unmanaged<ConsumerCallbacks>.fromOpaque(context).takeUnretainedValue()
    }

    private func onError(_ client: OpaquePointer?, _ code: Int32, _ reason: UnsafePointer<CChar>?) {
        let code = rd_kafka_resp_err_t(code)
        let text = unsafe KafkaFault.text(reason, or: code)
        guard code == RD_KAFKA_RESP_ERR__FATAL else { return noteTrouble(code: code.rawValue, text) }
        var buffer = ErrorText()
        // Fills in the sentence of the error that made the client unusable.
        let cause = unsafe buffer.fill { unsafe rd_kafka_fatal_error(client, $0, $1) }
        note(.fatal("\(KafkaFault.text(cause)): \(buffer.string)"))
    }

    private func onRebalance(
        _ client: OpaquePointer?,
        _ code: rd_kafka_resp_err_t,
        _ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
    ) {
        guard !isClosing.load(ordering: .acquiring) else {
            // Nobody will answer any more, and librdkafka ends only when the partitions are given back.
            unsafe rd_kafka_assign(client, nil)
            return
        }
        switch code {
        case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS:
            note(.assigned(unsafe PartitionList.copy(partitions)))
        case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
            note(unsafe rd_kafka_assignment_lost(client) != 0 ? .lost : .revoked)
        default:
            note(.trouble("rebalance failed: \(KafkaFault.text(code))"))
            note(.lost)
        }
        // Ends the poll in which this runs, so that the notice is told before another record.
        unsafe rd_kafka_yield(client)
    }
}
