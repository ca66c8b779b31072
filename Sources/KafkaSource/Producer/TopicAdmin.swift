internal import CRdKafka
internal import Ingestion

/// Creating topics.
enum TopicAdmin {
    /// Creates a topic with the broker's default replication; one that exists is left as it is.
    static func create(
        _ topic: String,
        partitions: Int32,
        asking client: ClientHandle,
        waitingUpTo timeout: Duration
    ) throws(SourceFailure) {
        var text = ErrorText()
        let made = unsafe text.fill { unsafe rd_kafka_NewTopic_new(topic, partitions, -1, $0, $1) }
        guard let made = unsafe made else {
            throw SourceFailure(isRetriable: false, "cannot create the topic \(topic): \(text.string)")
        }
        // Both are ours, and freed when the answer was read.
        defer { unsafe rd_kafka_NewTopic_destroy(made) }
        guard let queue = unsafe rd_kafka_queue_new(client.pointer) else {
            throw SourceFailure(isRetriable: true, "cannot create the topic \(topic): out of memory")
        }
        defer { unsafe rd_kafka_queue_destroy(queue) }
        var topics: [OpaquePointer?] = unsafe [made]
        unsafe rd_kafka_CreateTopics(client.pointer, &topics, 1, nil, queue)
        guard let event = unsafe rd_kafka_queue_poll(queue, timeout.wholeMilliseconds) else {
            throw SourceFailure(isRetriable: true, "no broker answered the request to create the topic \(topic)")
        }
        // Ours since the poll; what is read from it below is copied.
        defer { unsafe rd_kafka_event_destroy(event) }
        let fault = unsafe rd_kafka_event_error(event)
        guard fault == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw SourceFailure(isRetriable: true, "cannot create the topic \(topic): \(KafkaFault.text(fault))")
        }
        var count = 0
        guard let result = unsafe rd_kafka_event_CreateTopics_result(event),
            let results = unsafe rd_kafka_CreateTopics_result_topics(result, &count), count == 1
        else {
            throw SourceFailure(isRetriable: true, "the broker did not say whether it created the topic \(topic)")
        }
        // One topic was asked for: there is one result.
        let code = unsafe rd_kafka_topic_result_error(results[0])
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS else {
            throw SourceFailure(isRetriable: false, "cannot create the topic \(topic): \(KafkaFault.text(code))")
        }
    }
}
