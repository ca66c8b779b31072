internal import CRdKafka
internal import Synchronization

/// What became of the records that were sent.
final class DeliveryReports: Sendable {
    /// Where log lines go.
    let log: LogRelay
    /// Records that the broker has.
    let delivered = Atomic<Int>(0)
    /// Records that it refused or that timed out.
    let failed = Atomic<Int>(0)
    private let reason = Mutex<String?>(nil)

    /// Makes one with the log to write to.
    init(log: LogRelay) {
        self.log = log
    }

    /// Why the latest failed one failed, or the latest error of the connection.
    var latestReason: String? { reason.withLock { $0 } }

    /// Sets the callbacks and their context, which must outlive the client.
    func install(on configuration: OpaquePointer) {
        // Not retained: the producer, and then its close, keep `self` alive for as long as the client exists.
        unsafe rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(self).toOpaque())
        unsafe rd_kafka_conf_set_log_cb(configuration) { client, level, facility, text in
            guard let context = unsafe rd_kafka_opaque(client) else { return }
            unsafe DeliveryReports.from(context).log.relay(level, facility, text)
        }
        unsafe rd_kafka_conf_set_error_cb(configuration) { _, code, text, context in
            guard let context = unsafe context else { return }
            let sentence = unsafe KafkaFault.text(text, or: rd_kafka_resp_err_t(code))
            unsafe DeliveryReports.from(context).reason.withLock { $0 = sentence }
        }
        unsafe rd_kafka_conf_set_dr_msg_cb(configuration) { _, message, context in
            guard let context = unsafe context, let message = unsafe message else { return }
            unsafe DeliveryReports.from(context).count(message.pointee.err)
        }
    }

    private static func from(_ context: UnsafeMutableRawPointer) -> DeliveryReports {
        // `install` set exactly this object, and it is alive: see there.
        unsafe Unmanaged<DeliveryReports>.fromOpaque(context).takeUnretainedValue()
    }

    private func count(_ code: rd_kafka_resp_err_t) {
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else {
            delivered.add(1, ordering: .relaxed)
            return
        }
        failed.add(1, ordering: .relaxed)
        reason.withLock { $0 = KafkaFault.text(code) }
    }
}
