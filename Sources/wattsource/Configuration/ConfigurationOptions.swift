import ArgumentParser
import FoundationEssentials

/// The options by which a command finds its configuration; add them to a command with `@OptionGroup`.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .long, help: "The configuration file (YAML); else WATTSOURCE_CONFIG names it.", completion: .file())
    var config: String?

    @Option(
        name: .customLong("database-url"),
        help: ArgumentHelp(
            "PostgreSQL, as a libpq URI or conninfo string.",
            discussion: "Others on this machine can see it: with a password in it, use WATTSOURCE_DATABASE_URL_FILE."
        )
    )
    var databaseURL: String?

    @Option(name: .long, help: "Kafka's brokers to begin with: host:port, several with commas.")
    var kafkaBootstrapServers: String?

    @Option(name: .long, help: "The topics to read, several with commas.")
    var kafkaTopics: String?

    @Option(name: .customLong("kafka-group-id"), help: "The consumer group.")
    var kafkaGroupID: String?

    @Option(
        name: .long,
        help: "The least severe level that is logged: trace, debug, info, notice, warning, error, critical."
    )
    var logLevel: String?

    @Option(name: .long, help: "How log lines look: auto, text, json.")
    var logFormat: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Any other key, for example ingest.batch_rows=5000; may be repeated.",
            valueName: "key=value"
        )
    )
    var set: [String] = []

    /// Reads file and environment, and puts these options over them.
    ///
    /// - Throws: ``ConfigurationFailure`` with all faults; the root command ends with exit code 78 then.
    func load() throws(ConfigurationFailure) -> Configuration {
        try loadEffective().configuration
    }

    /// As ``load()``, with the origin of each value.
    ///
    /// - Throws: ``ConfigurationFailure`` with all faults.
    func loadEffective(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ConfigurationFailure) -> EffectiveConfiguration {
        var loader = ConfigurationLoader(environment: environment, path: config)
        let named: [(flag: String, key: String, text: String?)] = [
            ("--database-url", "database.url", databaseURL),
            ("--kafka-bootstrap-servers", "kafka.bootstrap_servers", kafkaBootstrapServers),
            ("--kafka-topics", "kafka.topics", kafkaTopics),
            ("--kafka-group-id", "kafka.group_id", kafkaGroupID),
            ("--log-level", "log.level", logLevel),
            ("--log-format", "log.format", logFormat),
        ]
        for (flag, key, text) in named {
            if let text { loader.flags.append(GivenValue(key: key, texts: [text], origin: .flag(flag))) }
        }
        for setting in set { add(setting, to: &loader) }
        return try loader.load()
    }

    /// Takes one `--set key=value`.
    private func add(_ setting: String, to loader: inout ConfigurationLoader) {
        let name = String(setting.prefix { $0 != "=" })
        let origin = ValueOrigin.flag("--set \(name)")
        var fault = ConfigurationFault(place: origin.description, key: "", message: "")
        guard name.count < setting.count else {
            fault.message = "key=value is expected"
            loader.flagFaults.append(fault)
            return
        }
        guard let target = KeyTarget(name: name) else {
            fault.message = UnknownKey.message(for: name)
            loader.flagFaults.append(fault)
            return
        }
        if let refusal = target.refusal {
            fault.message = refusal
            loader.flagFaults.append(fault)
            return
        }
        let text = String(setting.dropFirst(name.count + 1))
        loader.flags.append(GivenValue(key: target.key, texts: [text], origin: origin, isFile: target.isFile))
    }
}
