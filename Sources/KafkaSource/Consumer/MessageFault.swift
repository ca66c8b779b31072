internal import CRdKafka
internal import Ingestion

/// What an error that arrives in a message's place means for its partition.
enum MessageFault: Equatable {
    /// The end of the partition.
    case end
    /// The partition cannot go on by itself.
    case partition(PartitionFailure)
    /// librdkafka goes on by itself.
    case trouble
    /// The client does nothing any more.
    case fatal

    /// `_LOG_TRUNCATION`, which librdkafka has from 2.1.0 on.
    static let logTruncation = rd_kafka_resp_err_t(-139)

    /// Judges a code; `text` is the sentence that came with it.
    static func judge(_ code: rd_kafka_resp_err_t, text: @autoclosure () -> String) -> MessageFault {
        switch code {
        case RD_KAFKA_RESP_ERR__PARTITION_EOF:
            .end
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, logTruncation:
            .partition(.offsetOutOfRange)
        case RD_KAFKA_RESP_ERR__BAD_MSG, RD_KAFKA_RESP_ERR__BAD_COMPRESSION, RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED,
            RD_KAFKA_RESP_ERR__UNDERFLOW, RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, RD_KAFKA_RESP_ERR_INVALID_MSG,
            RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
            RD_KAFKA_RESP_ERR_INVALID_RECORD,
            RD_KAFKA_RESP_ERR_UNSUPPORTED_COMPRESSION_TYPE:
            .partition(.corruptBatch(text()))
        case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
            RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
            .partition(.unknownPartition(text()))
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
            RD_KAFKA_RESP_ERR__AUTHENTICATION:
            .partition(.unauthorized(text()))
        case RD_KAFKA_RESP_ERR__FATAL:
            .fatal
        default:
            .trouble
        }
    }
}
