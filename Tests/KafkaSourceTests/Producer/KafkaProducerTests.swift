import CRdKafka
import Ingestion
import KafkaSource
import Logging
import Testing

@Suite(.serialized) struct KafkaProducerTests {
    private func makeProducer(_ servers: String, _ properties: [String: String] = [:]) throws -> KafkaProducer {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return try KafkaProducer(
            KafkaProducerConfiguration(bootstrapServers: servers, properties: properties, requestTimeout: .seconds(2)),
            logger: logger
        )
    }

    @Test func waitsWhileItsQueueIsFull() throws {
        let cluster = try MockCluster()
        try cluster.createTopic("readings", partitions: 1)
        let producer = try makeProducer(cluster.bootstrapServers, ["queue.buffering.max.messages": "10"])
        defer { producer.close() }
        for number in 0..<500 { try producer.produce(topic: "readings", value: [UInt8(number & 0xFF)]) }
        #expect(producer.flush(within: .seconds(30)) == 0)
        #expect(producer.deliveredRecords == 500)
        #expect(producer.failedRecords == 0)
    }

    @Test func countsWhatTheBrokerRefuses() throws {
        let cluster = try MockCluster()
        try cluster.createTopic("readings", partitions: 1)
        let producer = try makeProducer(cluster.bootstrapServers, ["enable.idempotence": "false"])
        defer { producer.close() }
        cluster.fail(.produce, with: [RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED])
        try producer.produce(topic: "readings", value: [1])
        #expect(producer.flush(within: .seconds(30)) == 0)
        #expect(producer.failedRecords == 1)
        #expect(producer.latestFailure?.contains("uthoriz") == true)
    }

    @Test func saysThatNoBrokerAnswers() throws {
        let producer = try makeProducer("127.0.0.1:1")
        defer { producer.close() }
        let failure = #expect(throws: SourceFailure.self) { try producer.partitionCount(of: "readings") }
        #expect(failure?.description.contains("kafka.bootstrap_servers") == true)
    }

    @Test func knowsTheNumberOfPartitions() throws {
        let cluster = try MockCluster()
        try cluster.createTopic("readings", partitions: 7)
        let producer = try makeProducer(cluster.bootstrapServers)
        defer { producer.close() }
        #expect(try producer.partitionCount(of: "readings") == 7)
    }

    @Test func ignoresAConsumersProperties() throws {
        let producer = try makeProducer("127.0.0.1:1", ["session.timeout.ms": "6000"])
        producer.close()
    }
}
