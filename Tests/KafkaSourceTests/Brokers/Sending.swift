import Ingestion
import KafkaSource
import Logging
import Testing

/// Sends records and waits until the broker has them.
func send(
    to servers: String,
    properties: [String: String] = [:],
    _ body: (KafkaProducer) throws -> Void
) throws {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let producer = try KafkaProducer(
        KafkaProducerConfiguration(bootstrapServers: servers, properties: properties),
        logger: logger
    )
    defer { producer.close() }
    try body(producer)
    try #require(producer.flush(within: .seconds(30)) == 0)
    try #require(producer.failedRecords == 0, "\(producer.latestFailure ?? "")")
}

/// Sends numbered records to one partition: the value is the number, which is also the offset if it is the first call.
func sendNumbers(_ numbers: Range<Int>, to topic: String, partition: Int32, of servers: String) throws {
    try send(to: servers) { producer in
        for number in numbers {
            try producer.produce(topic: topic, partition: partition, value: Array("\(number)".utf8))
        }
    }
}
