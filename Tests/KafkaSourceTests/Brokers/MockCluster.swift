import CRdKafka
import Testing

/// librdkafka's in-process cluster; it keeps 5 MiB per partition and knows no CreateTopics.
@safe final class MockCluster {
    /// Where clients connect.
    let bootstrapServers: String
    private let client: OpaquePointer
    private let cluster: OpaquePointer

    /// Starts a cluster.
    init(brokers: Int32 = 1) throws {
        var text = [CChar](repeating: 0, count: 512)
        // A quiet client that only carries the cluster; the configuration is the client's from here on.
        let configuration = unsafe rd_kafka_conf_new()
        unsafe rd_kafka_conf_set_log_cb(configuration) { _, _, _, _ in }
        unsafe client = try #require(rd_kafka_new(RD_KAFKA_PRODUCER, configuration, &text, text.count))
        unsafe cluster = try #require(rd_kafka_mock_cluster_new(client, brokers))
        bootstrapServers = unsafe String(cString: try #require(rd_kafka_mock_cluster_bootstraps(cluster)))
    }

    deinit {
        unsafe rd_kafka_mock_cluster_destroy(cluster)
        unsafe rd_kafka_destroy(client)
    }

    /// Creates a topic.
    func createTopic(_ topic: String, partitions: Int32) throws {
        let code = unsafe rd_kafka_mock_topic_create(cluster, topic, partitions, 1)
        try #require(code == RD_KAFKA_RESP_ERR_NO_ERROR)
    }

    /// Makes the next requests of a kind fail, one with each code.
    func fail(_ request: Request, with codes: [rd_kafka_resp_err_t]) {
        unsafe rd_kafka_mock_push_request_errors_array(cluster, request.rawValue, codes.count, codes)
    }

    /// Cuts all connections and accepts none.
    func goDown() {
        unsafe rd_kafka_mock_broker_set_down(cluster, -1)
    }

    /// Accepts connections again.
    func comeUp() {
        unsafe rd_kafka_mock_broker_set_up(cluster, -1)
    }

    /// Kafka's numbers of the requests that tests disturb.
    enum Request: Int16 {
        case produce = 0
        case fetch = 1
        case offsetCommit = 8
        case heartbeat = 12
    }
}
