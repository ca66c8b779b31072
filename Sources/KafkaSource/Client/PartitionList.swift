internal import CRdKafka
internal import Ingestion

/// The one owner of a librdkafka list of partitions and offsets.
@safe struct PartitionList: ~Copyable {
    private let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    /// Makes a list that begins each partition at its offset.
    init(_ starts: [PartitionStart]) {
        // Aborts by itself when memory is out, so never null.
        unsafe pointer = rd_kafka_topic_partition_list_new(Int32(clamping: starts.count))
        for start in starts {
            let entry = unsafe rd_kafka_topic_partition_list_add(
                pointer,
                start.partition.topic,
                start.partition.partition
            )
            unsafe entry?.pointee.offset = start.offset
        }
    }

    /// Makes a list of topics without partitions: a subscription.
    init(topics: [String]) {
        unsafe pointer = rd_kafka_topic_partition_list_new(Int32(clamping: topics.count))
        for topic in topics {
            unsafe rd_kafka_topic_partition_list_add(pointer, topic, -1 /* RD_KAFKA_PARTITION_UA */)
        }
    }

    deinit {
        unsafe rd_kafka_topic_partition_list_destroy(pointer)
    }

    /// Lends the list to a call of librdkafka, which copies what it keeps.
    borrowing func withPointer<Result>(
        _ body: (UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> Result
    ) -> Result {
        unsafe body(pointer)
    }

    /// Copies a list that librdkafka owns.
    static func copy(_ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?) -> [TopicPartition] {
        guard let list = unsafe list, let elements = unsafe list.pointee.elems else { return [] }
        // `cnt` elements stand at `elems`, each with a zero-terminated topic.
        return unsafe UnsafeBufferPointer(start: elements, count: Int(list.pointee.cnt)).map { entry in
            TopicPartition(topic: unsafe String(cString: entry.topic), partition: unsafe entry.partition)
        }
    }
}
