import CRdKafka
import Ingestion
import Testing

@testable import KafkaSource

@Suite struct MessageFaultTests {
    @Test(arguments: [
        (RD_KAFKA_RESP_ERR__PARTITION_EOF, MessageFault.end),
        (RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, .partition(.offsetOutOfRange)),
        (RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, .partition(.offsetOutOfRange)),
        (MessageFault.logTruncation, .partition(.offsetOutOfRange)),
        (RD_KAFKA_RESP_ERR__BAD_MSG, .partition(.corruptBatch("x"))),
        (RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED, .partition(.corruptBatch("x"))),
        (RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, .partition(.unknownPartition("x"))),
        (RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, .partition(.unknownPartition("x"))),
        (RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, .partition(.unauthorized("x"))),
        (RD_KAFKA_RESP_ERR__TRANSPORT, .trouble),
        (RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, .trouble),
        (RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED, .trouble),
        (RD_KAFKA_RESP_ERR__FATAL, .fatal),
    ])
    func judgesEachKind(_ code: rd_kafka_resp_err_t, _ expected: MessageFault) {
        #expect(MessageFault.judge(code, text: "x") == expected)
    }
}
