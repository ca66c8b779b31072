internal import CRdKafka
public import Ingestion

extension KafkaConsumer {
    /// Asks the broker for the first offset that it still has, and for the end as it tells it (which may lag behind).
    public func offsetRange(of partition: TopicPartition) throws(SourceFailure) -> (low: Int64, high: Int64) {
        var low: Int64 = 0
        var high: Int64 = 0
        let code = unsafe rd_kafka_query_watermark_offsets(
            client.pointer,
            partition.topic,
            partition.partition,
            &low,
            &high,
            configuration.requestTimeout.wholeMilliseconds
        )
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw Self.failure(code, doing: "ask for the offsets of \(partition)")
        }
        guard low >= 0, high >= low else {
            throw SourceFailure(isRetriable: true, "the broker says that \(partition) goes from \(low) to \(high)")
        }
        return (low, high)
    }

    /// Asks the broker for the first offset whose record is of this time or later; its end if there is none.
    ///
    /// - Parameter time: microseconds since 1970-01-01T00:00:00Z; Kafka knows milliseconds, so it is rounded down.
    public func firstOffset(of partition: TopicPartition, atOrAfter time: Int64) throws(SourceFailure) -> Int64 {
        let list = PartitionList([PartitionStart(partition, offset: max(time, 0) / 1000)])
        let (code, offset) = unsafe list.withPointer { pointer in
            let code = unsafe rd_kafka_offsets_for_times(
                client.pointer,
                pointer,
                configuration.requestTimeout.wholeMilliseconds
            )
            // The list has the one element that it was made with.
            let entry = unsafe pointer.pointee.elems[0]
            return unsafe (code == RD_KAFKA_RESP_ERR_NO_ERROR ? entry.err : code, entry.offset)
        }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw Self.failure(code, doing: "ask for the offset of a time in \(partition)")
        }
        // -1 is librdkafka's word for "the end".
        return offset >= 0 ? offset : try offsetRange(of: partition).high
    }

    /// The partition's end as the last fetch reply told it; `nil` before the first reply.
    public func knownEnd(of partition: TopicPartition) -> Int64? {
        var low: Int64 = 0
        var high: Int64 = 0
        // Local: librdkafka answers from what it remembers, -1001 if that is nothing.
        let code = unsafe rd_kafka_get_watermark_offsets(
            client.pointer,
            partition.topic,
            partition.partition,
            &low,
            &high
        )
        return code == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 ? high : nil
    }

    /// Asks the broker for all partitions of the configured topics, in order.
    public func allPartitions() throws(SourceFailure) -> [TopicPartition] {
        var partitions: [TopicPartition] = []
        for topic in configuration.topics {
            let count = try TopicMetadata.partitionCount(
                of: topic,
                asking: client,
                waitingUpTo: configuration.requestTimeout
            )
            for number in 0..<count {
                partitions.append(TopicPartition(topic: topic, partition: number))
            }
        }
        return partitions.sorted()
    }
}
