internal import CRdKafka
public import Ingestion
public import Logging
internal import Synchronization

/// Sends records; for the simulator and for tests.
///
/// One thread uses it.
@safe public final class KafkaProducer {
    private let configuration: KafkaProducerConfiguration
    private let client: ClientHandle
    private let reports: DeliveryReports
    private var isClosed = false
    private var sinceLastPoll = 0

    /// Makes a producer; it connects by itself.
    public init(_ configuration: KafkaProducerConfiguration, logger: Logger) throws(KafkaConfigurationFailure) {
        let properties = try configuration.clientProperties()
        let reports = DeliveryReports(log: LogRelay(logger))
        client = unsafe try ClientHandle(RD_KAFKA_PRODUCER, properties: properties) { unsafe reports.install(on: $0) }
        self.configuration = configuration
        self.reports = reports
    }

    deinit {
        close()
    }

    /// Records that the broker has acknowledged.
    public var deliveredRecords: Int { reports.delivered.load(ordering: .relaxed) }

    /// Records that were refused or timed out.
    public var failedRecords: Int { reports.failed.load(ordering: .relaxed) }

    /// Why the latest failed record failed, or the latest trouble of the connection.
    public var latestFailure: String? { reports.latestReason }

    /// Queues a record, copying it; waits while the queue is full.
    ///
    /// - Parameters:
    ///   - partition: its number; `nil`: librdkafka chooses.
    ///   - value: `nil` is a tombstone.
    ///   - timestamp: microseconds since 1970-01-01T00:00:00Z, rounded down to Kafka's milliseconds; `nil`: now.
    public func produce(
        topic: String,
        partition: Int32? = nil,
        key: [UInt8]? = nil,
        value: [UInt8]?,
        headers: [KafkaHeader] = [],
        timestamp: Int64? = nil
    ) throws(SourceFailure) {
        serveReports()
        while true {
            let result = enqueue(topic, partition, key, value, headers, timestamp)
            guard let result else { return }
            guard result.code == RD_KAFKA_RESP_ERR__QUEUE_FULL else {
                throw SourceFailure(isRetriable: result.isRetriable, "cannot send to \(topic): \(result.text)")
            }
            // Room appears as records are acknowledged, or fail at message.timeout.ms: it never waits for ever.
            unsafe rd_kafka_poll(client.pointer, 100)
        }
    }

    /// Waits until the broker has all that was queued, at most so long.
    ///
    /// - Returns: how many records are still on their way.
    public func flush(within limit: Duration) -> Int {
        unsafe rd_kafka_flush(client.pointer, limit.wholeMilliseconds)
        return Int(unsafe rd_kafka_outq_len(client.pointer))
    }

    /// The number of a topic's partitions.
    public func partitionCount(of topic: String) throws(SourceFailure) -> Int32 {
        try TopicMetadata.partitionCount(of: topic, asking: client, waitingUpTo: configuration.requestTimeout)
    }

    /// Creates a topic unless it is there; one that is there keeps its partitions.
    public func ensureTopic(_ topic: String, partitions: Int32) throws(SourceFailure) {
        try TopicAdmin.create(topic, partitions: partitions, asking: client, waitingUpTo: configuration.requestTimeout)
    }

    /// Drops what was not sent yet and frees everything.
    ///
    /// Later calls do nothing.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        let ended = client.close(within: .seconds(4), keeping: reports) { client in
            unsafe rd_kafka_purge(client.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        }
        if !ended { reports.log.warn("the Kafka producer did not close in time; its memory is left behind") }
    }

    /// Takes delivery reports off librdkafka's hands now and then: they count as queued until then.
    private func serveReports() {
        sinceLastPoll += 1
        guard sinceLastPoll >= 512 else { return }
        sinceLastPoll = 0
        unsafe rd_kafka_poll(client.pointer, 0)
    }

    private func enqueue(
        _ topic: String,
        _ partition: Int32?,
        _ key: [UInt8]?,
        _ value: [UInt8]?,
        _ headers: [KafkaHeader],
        _ timestamp: Int64?
    ) -> (code: rd_kafka_resp_err_t, text: String, isRetriable: Bool)? {
        // Owned by the message if the call below succeeds, by us if not.
        let list = unsafe headers.isEmpty ? nil : Self.makeHeaders(headers)
        var fields = unsafe [
            Self.field(RD_KAFKA_VTYPE_PARTITION) { unsafe $0.i32 = partition ?? -1 },
            Self.field(RD_KAFKA_VTYPE_MSGFLAGS) { unsafe $0.i = RD_KAFKA_MSG_F_COPY },
        ]
        if let timestamp {
            unsafe fields.append(Self.field(RD_KAFKA_VTYPE_TIMESTAMP) { unsafe $0.i64 = timestamp / 1000 })
        }
        if let list = unsafe list {
            unsafe fields.append(Self.field(RD_KAFKA_VTYPE_HEADERS) { unsafe $0.headers = list })
        }
        // The pointers are lent for the call only: MSG_F_COPY copies the value, librdkafka always copies key and topic.
        let error = unsafe topic.withCString { topic in
            unsafe Self.withBytes(value) { value in
                unsafe Self.withBytes(key) { key in
                    unsafe fields.append(Self.field(RD_KAFKA_VTYPE_TOPIC) { unsafe $0.cstr = topic })
                    unsafe fields.append(
                        Self.field(RD_KAFKA_VTYPE_VALUE) { unsafe $0.mem = .init(ptr: value.start, size: value.count) }
                    )
                    unsafe fields.append(
                        Self.field(RD_KAFKA_VTYPE_KEY) { unsafe $0.mem = .init(ptr: key.start, size: key.count) }
                    )
                    return unsafe rd_kafka_produceva(client.pointer, fields, fields.count)
                }
            }
        }
        let result = unsafe KafkaFault.take(error)
        if result != nil, let list = unsafe list { unsafe rd_kafka_headers_destroy(list) }
        return result
    }

    private static func makeHeaders(_ headers: [KafkaHeader]) -> OpaquePointer? {
        let list = unsafe rd_kafka_headers_new(headers.count)
        for header in headers {
            unsafe withBytes(header.value) { value in
                // Copies name and value.
                _ = unsafe rd_kafka_header_add(list, header.name, -1, value.start, value.count)
            }
        }
        return unsafe list
    }

    private static func field(
        _ type: rd_kafka_vtype_t,
        _ fill: (inout rd_kafka_vu_s.__Unnamed_union_u) -> Void
    ) -> rd_kafka_vu_t {
        var field = unsafe rd_kafka_vu_t()
        unsafe field.vtype = type
        unsafe fill(&field.u)
        return unsafe field
    }

    /// Lends bytes as librdkafka wants them: null for `nil`, but a valid address for no bytes.
    private static func withBytes<Result>(
        _ bytes: [UInt8]?,
        _ body: ((start: UnsafeMutableRawPointer?, count: Int)) -> Result
    ) -> Result {
        guard let bytes else { return unsafe body((nil, 0)) }
        guard !bytes.isEmpty else {
            var nothing: UInt8 = 0
            return unsafe withUnsafeMutableBytes(of: &nothing) { unsafe body(($0.baseAddress, 0)) }
        }
        return unsafe bytes.withUnsafeBytes { buffer in
            // librdkafka takes a mutable pointer, and does not write through it.
            unsafe body((UnsafeMutableRawPointer(mutating: buffer.baseAddress), buffer.count))
        }
    }
}
