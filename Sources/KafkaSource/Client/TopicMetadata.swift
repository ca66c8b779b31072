internal import CRdKafka
internal import Ingestion

/// Questions about one topic that any client may ask.
enum TopicMetadata {
    /// The number of a topic's partitions; they are numbered from 0.
    static func partitionCount(
        of topic: String,
        asking client: ClientHandle,
        waitingUpTo timeout: Duration
    ) throws(SourceFailure) -> Int32 {
        guard let handle = unsafe rd_kafka_topic_new(client.pointer, topic, nil) else {
            let code = rd_kafka_last_error()
            throw SourceFailure(isRetriable: false, "cannot ask for the topic \(topic): \(KafkaFault.text(code))")
        }
        // Ours, and given back when the answer was read.
        defer { unsafe rd_kafka_topic_destroy(handle) }
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let code = unsafe rd_kafka_metadata(client.pointer, 0, handle, &metadata, timeout.wholeMilliseconds)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata = unsafe metadata else {
            throw SourceFailure(
                isRetriable: true,
                "no broker answered about the topic \(topic): \(KafkaFault.text(code)). Check kafka.bootstrap_servers."
            )
        }
        // Ours since the call; freed once.
        defer { unsafe rd_kafka_metadata_destroy(metadata) }
        guard unsafe metadata.pointee.topic_cnt > 0, let entry = unsafe metadata.pointee.topics else {
            throw SourceFailure(isRetriable: true, "the broker does not know the topic \(topic)")
        }
        // The broker's answer to one topic has one entry.
        let fault = unsafe entry.pointee.err
        guard fault == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw SourceFailure(isRetriable: true, "topic \(topic): \(KafkaFault.text(fault))")
        }
        return unsafe entry.pointee.partition_cnt
    }
}
