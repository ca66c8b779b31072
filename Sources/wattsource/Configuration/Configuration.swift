/// All that can be configured, whole and valid; the initial values are the defaults.
///
/// Each field is a key of ``ConfigurationCatalogue``, by which files, variables and flags set it.
struct Configuration: Sendable, Equatable {
    /// Where PostgreSQL is.
    var database = DatabaseConfiguration()
    /// What to read from Kafka.
    var kafka = KafkaConfiguration()
    /// How records become batches.
    var ingest = IngestConfiguration()
    /// When intervals are settled.
    var settlement = SettlementConfiguration()
    /// What counts as odd about settled energy.
    var plausibility = PlausibilityConfiguration()
    /// How the large tables are divided.
    var partitions = PartitionConfiguration()
    /// How long what is stored is kept.
    var retention = RetentionConfiguration()
    /// Where metrics and health are served.
    var http = HTTPConfiguration()
    /// What is logged.
    var log = LogConfiguration()

    /// The conninfo of PostgreSQL, for commands that need it.
    ///
    /// - Throws: ``ConfigurationFailure`` that says how to give it.
    func requireDatabase() throws(ConfigurationFailure) -> Secret {
        guard let url = database.url else { throw ConfigurationFailure([.missing("database.url")]) }
        return url
    }

    /// The Kafka section, for commands that need servers, topics and group.
    ///
    /// - Throws: ``ConfigurationFailure`` that names all that is missing and says how to give it.
    func requireKafka() throws(ConfigurationFailure) -> KafkaConfiguration {
        var faults: [ConfigurationFault] = []
        if kafka.bootstrapServers.isEmpty { faults.append(.missing("kafka.bootstrap_servers")) }
        if kafka.topics.isEmpty { faults.append(.missing("kafka.topics")) }
        guard faults.isEmpty else { throw ConfigurationFailure(faults) }
        return kafka
    }
}
