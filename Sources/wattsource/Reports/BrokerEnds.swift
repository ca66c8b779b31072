import Ingestion
import KafkaSource
import Logging

/// The ends of the configured topics' partitions, as the broker tells them.
enum BrokerEnds {
    /// Asks without joining the consumer group, so that nobody is disturbed.
    ///
    /// - Returns: the ends, or why they are not known; neither if Kafka is not configured.
    static func ask(_ configuration: KafkaConfiguration) -> (ends: [TopicPartition: Int64]?, trouble: String?) {
        guard !configuration.bootstrapServers.isEmpty, !configuration.topics.isEmpty else { return (nil, nil) }
        do {
            let consumer = try KafkaConsumer(
                KafkaConsumerConfiguration(
                    bootstrapServers: configuration.bootstrapServers,
                    topics: configuration.topics,
                    groupID: configuration.groupID,
                    clientID: configuration.clientID,
                    properties: configuration.properties
                ),
                logger: Logger(label: "wattsource.status") { _ in SwiftLogNoOpLogHandler() }
            )
            defer { consumer.close() }
            var ends: [TopicPartition: Int64] = [:]
            for partition in try consumer.allPartitions() {
                ends[partition] = try consumer.offsetRange(of: partition).high
            }
            return (ends, nil)
        } catch {
            return (nil, "lag is not known: \(error)")
        }
    }
}
