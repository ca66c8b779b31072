import Ingestion
import KafkaSource
import Logging

/// Tries Kafka as the worker would use it, without joining the group: nobody's partitions move.
enum KafkaProbe {
    private static let subject = "kafka"

    /// Looks at librdkafka, its properties, the brokers and the topics.
    static func findings(_ configuration: KafkaConfiguration, logger: Logger) -> [CheckFinding] {
        libraryFindings(LibraryVersion.running) + brokerFindings(configuration, logger: logger)
    }

    /// What a version of librdkafka means.
    static func libraryFindings(_ version: LibraryVersion) -> [CheckFinding] {
        let isSupported = version >= LibraryVersion.oldestSupported
        let needed = isSupported ? "" : "; \(LibraryVersion.oldestSupported) or later is needed"
        let first = CheckFinding(
            subject: subject,
            verdict: isSupported ? .good : .failure,
            text: "librdkafka \(version) at run time\(needed)"
        )
        return [first] + version.limitations.map { CheckFinding(subject: subject, verdict: .warning, text: $0) }
    }

    private static func brokerFindings(_ configuration: KafkaConfiguration, logger: Logger) -> [CheckFinding] {
        do {
            let consumer = try KafkaConsumer(configuration.consumerConfiguration, logger: logger)
            defer { consumer.close() }
            let partitions = try consumer.allPartitions()
            return configuration.topics.map { topic in
                let count = partitions.count { $0.topic == topic }
                return CheckFinding(
                    subject: subject,
                    verdict: count > 0 ? .good : .failure,
                    text: count > 0
                        ? "topic \(topic): \(count) partition\(count == 1 ? "" : "s")" : "topic \(topic) is not there"
                )
            }
        } catch let failure as KafkaConfigurationFailure {
            let text = failure.description
            return [CheckFinding(subject: subject, verdict: .failure, text: text, code: .configuration)]
        } catch {
            return [CheckFinding(subject: subject, verdict: .failure, text: "\(error)")]
        }
    }
}
