internal import CRdKafka
internal import Dispatch
internal import Logging

/// The one owner of a librdkafka client.
///
/// Any thread may call into a `rd_kafka_t` (librdkafka, INTRODUCTION.md, "Threads and callbacks"); the pointer itself is immutable. That is
/// why it is Sendable. It is freed by ``close(within:stopping:)`` alone, since that must happen on a thread that may hang.
@safe final class ClientHandle: @unchecked Sendable {
    /// The client; valid until ``close(within:stopping:)``.
    let pointer: OpaquePointer

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - type: consumer or producer.
    ///   - properties: all of its settings.
    ///   - prepare: sets the callbacks on the configuration.
    init(
        _ type: rd_kafka_type_t,
        properties: ClientProperties,
        prepare: (OpaquePointer) -> Void
    ) throws(KafkaConfigurationFailure) {
        let configuration = unsafe try Self.makeConfiguration(properties)
        unsafe prepare(configuration)
        var text = ErrorText()
        let made = unsafe text.fill { unsafe rd_kafka_new(type, configuration, $0, $1) }
        guard let made = unsafe made else {
            // A refused configuration stays ours.
            unsafe rd_kafka_conf_destroy(configuration)
            throw KafkaConfigurationFailure(property: nil, "kafka: \(text.string). Check the properties under kafka:.")
        }
        unsafe pointer = made
    }

    /// Makes librdkafka check every property, and nothing else.
    static func check(_ properties: ClientProperties) throws(KafkaConfigurationFailure) {
        let configuration = unsafe try makeConfiguration(properties)
        unsafe rd_kafka_conf_destroy(configuration)
    }

    private static func makeConfiguration(
        _ properties: ClientProperties
    ) throws(KafkaConfigurationFailure) -> OpaquePointer {
        guard let configuration = unsafe rd_kafka_conf_new() else {
            throw KafkaConfigurationFailure(property: nil, "kafka: out of memory")
        }
        for (name, value) in properties.settings {
            var text = ErrorText()
            let result = unsafe text.fill { unsafe rd_kafka_conf_set(configuration, name, value, $0, $1) }
            guard result != RD_KAFKA_CONF_OK else { continue }
            unsafe rd_kafka_conf_destroy(configuration)
            guard result != RD_KAFKA_CONF_UNKNOWN else {
                throw KafkaConfigurationFailure(
                    property: name,
                    "kafka property \(name) is unknown to librdkafka \(LibraryVersion.running); see its CONFIGURATION.md."
                )
            }
            // librdkafka's sentence may quote the value, which may be a secret: only its name is told.
            throw KafkaConfigurationFailure(
                property: name,
                "kafka property \(name) has a value that librdkafka \(LibraryVersion.running) does not accept; "
                    + "see its CONFIGURATION.md."
            )
        }
        return unsafe configuration
    }

    /// Runs `stopping`, then frees the client, on a thread of its own, and waits for it, but not longer than `limit`.
    ///
    /// - Parameter context: what the callbacks use; it lives until the client is gone.
    /// - Returns: whether it ended in time. If not, thread and memory are left behind.
    func close(
        within limit: Duration,
        keeping context: any AnyObject & Sendable,
        stopping: @escaping @Sendable (ClientHandle) -> Void
    ) -> Bool {
        let ended = DispatchSemaphore(value: 0)
        // A queue of its own: a hung close must not take one of the threads that others share.
        DispatchQueue(label: "wattsource.kafka.close").async {
            stopping(self)
            // The client is used by nobody any more: the owner called close, and `stopping` is over.
            unsafe rd_kafka_destroy_flags(self.pointer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
            withExtendedLifetime(context) {}
            ended.signal()
        }
        return ended.wait(timeout: .now() + .milliseconds(Int(limit.wholeMilliseconds))) == .success
    }
}
