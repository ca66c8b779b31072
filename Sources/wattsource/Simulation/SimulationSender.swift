internal import Ingestion
internal import KafkaSource
internal import Logging

/// Sends a simulated stream to a topic.
final class SimulationSender {
    /// The topic that it sends to.
    let topic: String
    private let producer: KafkaProducer
    private let simulation: Simulation
    private let partitions: [Int32]

    /// Connects, and asks for the topic's partitions.
    ///
    /// - Parameters:
    ///   - topic: where to send to; `nil`: the first configured one.
    ///   - partitions: creates the topic with so many, unless it is there.
    init(
        _ kafka: KafkaConfiguration,
        topic: String?,
        partitions: Int32?,
        level: Logger.Level,
        _ simulation: Simulation
    ) throws(CommandFailure) {
        guard let topic = topic ?? kafka.topics.first else {
            throw CommandFailure(.configuration, "no topic: give --topic, or kafka.topics (WATTSOURCE_KAFKA_TOPICS)")
        }
        var logger = Logger(label: "wattsource.simulate")
        logger.logLevel = level
        let producer: KafkaProducer
        do throws(KafkaConfigurationFailure) {
            producer = try KafkaProducer(
                KafkaProducerConfiguration(
                    bootstrapServers: kafka.bootstrapServers,
                    clientID: kafka.clientID,
                    properties: kafka.properties
                ),
                logger: logger
            )
        } catch {
            throw CommandFailure(.configuration, error.description)
        }
        let count: Int32
        do throws(SourceFailure) {
            if let partitions { try producer.ensureTopic(topic, partitions: partitions) }
            count = try producer.partitionCount(of: topic)
        } catch {
            producer.close()
            throw CommandFailure(.unavailable, error.description)
        }
        self.topic = topic
        self.producer = producer
        self.simulation = simulation
        self.partitions = simulation.devices.map { $0.partition(of: count) }
    }

    /// Frees the connection.
    func close() {
        producer.close()
    }

    /// Sends all of it, and waits until the broker has it.
    func send(_ stream: SimulatedStream, pace: SendingPace) async throws {
        guard let firstTime = stream.entries.first?.sentAt else { return }
        let clock = ContinuousClock()
        let start = clock.now
        var progress = SimulationProgress(total: stream.entries.count)
        for (index, entry) in stream.entries.enumerated() {
            if pace != .unlimited {
                let due = start + pace.due(index: index, elapsed: entry.sentAt - firstTime)
                if due > clock.now { try await clock.sleep(until: due) }
            }
            let record = simulation.record(entry)
            do throws(SourceFailure) {
                try producer.produce(
                    topic: topic,
                    partition: partitions[entry.home],
                    key: record.key,
                    value: record.value,
                    headers: record.headers,
                    timestamp: entry.enqueuedAt
                )
            } catch {
                throw CommandFailure(.unavailable, error.description)
            }
            if index & 0xFF == 0 || pace != .unlimited { progress.update(sent: index, time: entry.sentAt) }
        }
        let waiting = producer.flush(within: .seconds(60))
        progress.end()
        let failed = producer.failedRecords + waiting
        guard failed == 0 else {
            throw CommandFailure(
                .unavailable,
                "\(failed) of \(stream.entries.count) records did not reach \(topic): "
                    + "\(producer.latestFailure ?? "no answer"). Sending all of it again does no harm."
            )
        }
    }
}
