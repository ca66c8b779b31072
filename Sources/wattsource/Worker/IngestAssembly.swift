import Ingestion
import KafkaSource
import Logging
import MeterReadings
import Observability
import PostgresStore

/// Puts the ingest loop together from the configuration.
enum IngestAssembly {
    /// Makes the loop, on the thread that will run it.
    static func loop(
        _ configuration: Configuration,
        owner: String,
        drains: Bool,
        _ stopping: StopFlag,
        _ logger: Logger,
        observe: @escaping @Sendable (IngestEvent) -> Void
    ) throws -> IngestLoop<KafkaConsumer, PostgresIngestStore> {
        let kafka = try configuration.requireKafka()
        let consumer = try KafkaConsumer(kafka.consumerConfiguration, logger: logger)
        let store = PostgresIngestStore(try storeSettings(configuration, as: "wattsource ingest"))
        return IngestLoop(
            settings: settings(configuration, kafka, owner: owner, drains: drains),
            source: consumer,
            store: store,
            stopping: stopping,
            observe: observe
        )
    }

    /// Makes a replay of dead letters, by the rules that the worker has.
    static func replay(_ configuration: Configuration, owner: String = "") throws -> DeadLetterReplay {
        DeadLetterReplay(
            try storeSettings(configuration, as: "wattsource replay"),
            ingest: settings(configuration, configuration.kafka, owner: owner, drains: false)
        )
    }

    private static func storeSettings(_ configuration: Configuration, as name: String) throws -> IngestStoreSettings {
        IngestStoreSettings(
            conninfo: try configuration.requireDatabase().text,
            applicationName: name,
            partitionWidth: configuration.partitions.tableWidth,
            deadLetters: DeadLetterLimit(
                rowsPerDay: Int64(configuration.retention.deadLetterRows),
                bytesPerDay: Int64(configuration.retention.deadLetterBytes)
            )
        )
    }

    private static func settings(
        _ configuration: Configuration,
        _ kafka: KafkaConfiguration,
        owner: String,
        drains: Bool
    ) -> IngestSettings {
        let ingest = configuration.ingest
        var settings = IngestSettings(owner: owner, topics: kafka.topics)
        switch ingest.identity {
        case .hubHeader: settings.identity = .hubHeader
        case .recordKey: settings.identity = .recordKey
        case .body: settings.identity = .body
        case .envelope: settings.identity = .envelope
        }
        switch kafka.firstStart {
        case .earliest: settings.firstStart = .earliest
        case .latest: settings.firstStart = .latest
        case .timestamp(let time): settings.firstStart = .timestamp(time)
        }
        settings.limits.maxBytes = ingest.maxBodyBytes
        settings.rules.futureFlag = ingest.futureTolerance.microseconds
        settings.rules.futureLimit = ingest.futureLimit.microseconds
        settings.rules.lateFlag = ingest.lateAfter.microseconds
        settings.rules.ageLimit = ingest.tooOldAfter.microseconds
        settings.batchRows = ingest.batchRows
        settings.batchBytes = ingest.batchBytes
        settings.batchAge = ingest.batchAge
        settings.drains = drains
        settings.latestWatermark = { LogTimestamp.now() + 86_400_000_000 }
        return settings
    }
}

extension KafkaConfiguration {
    /// The consumer's part.
    var consumerConfiguration: KafkaConsumerConfiguration {
        KafkaConsumerConfiguration(
            bootstrapServers: bootstrapServers,
            topics: topics,
            groupID: groupID,
            clientID: clientID,
            queueKilobytes: queueKilobytes,
            properties: properties
        )
    }
}

extension PartitionConfiguration {
    /// The width as the store names it.
    var tableWidth: PartitionWidth {
        switch width {
        case .day: .day
        case .month: .month
        }
    }
}

extension Duration {
    /// Whole microseconds.
    var microseconds: Int64 { Int64(self / .microseconds(1)) }
}
