/// All keys, in the order in which they are shown; what is not here cannot be configured.
enum ConfigurationCatalogue {
    /// All keys.
    static let keys: [ConfigurationKey] = database + kafka + ingest + settlement + plausibility + storage + serving

    /// The names of the sections, in order.
    static let sections: [Substring] = keys.map(\.section).reduce(into: []) { names, name in
        if names.last != name { names.append(name) }
    }

    /// The key of a name.
    static func key(named name: String) -> ConfigurationKey? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: keys.map { ($0.name, $0) })
    private static let days = Duration.seconds(86_400)

    private static let database: [ConfigurationKey] = [
        ConfigurationKey(
            "database.url",
            \.database.url,
            .secret,
            isSecret: true,
            flag: "--database-url",
            "PostgreSQL, as a libpq URI or conninfo string."
        )
    ]

    private static let kafka: [ConfigurationKey] = [
        ConfigurationKey(
            "kafka.bootstrap_servers",
            \.kafka.bootstrapServers,
            .text,
            flag: "--kafka-bootstrap-servers",
            "The brokers to begin with: host:port, several with commas."
        ),
        ConfigurationKey("kafka.topics", \.kafka.topics, .topics, flag: "--kafka-topics", "The topics to read."),
        ConfigurationKey(
            "kafka.group_id",
            \.kafka.groupID,
            .text,
            flag: "--kafka-group-id",
            "The consumer group; workers of the same group share the partitions."
        ),
        ConfigurationKey(
            "kafka.client_id",
            \.kafka.clientID,
            .text,
            "The name that the broker's logs and quotas show."
        ),
        ConfigurationKey(
            "kafka.first_start",
            \.kafka.firstStart,
            .firstStart,
            "Where a topic begins that was never read; afterwards the database alone says where to go on."
        ),
        ConfigurationKey(
            "kafka.queue_kilobytes",
            \.kafka.queueKilobytes,
            .count(1_024...2_097_151),
            "KiB of records that librdkafka fetches ahead at most (queued.max.messages.kbytes)."
        ),
    ]

    private static let ingest: [ConfigurationKey] = [
        ConfigurationKey(
            "ingest.identity",
            \.ingest.identity,
            .choice,
            "What tells which device a record is from, where no hub header does."
        ),
        ConfigurationKey(
            "ingest.max_body_bytes",
            \.ingest.maxBodyBytes,
            .bytes(4_096...16 << 20),
            "Bytes of a record's body, as sent and after gzip or base64 are undone; more are refused (too_large)."
        ),
        ConfigurationKey(
            "ingest.batch_rows",
            \.ingest.batchRows,
            .count(1...1_000_000),
            "Rows after which a batch is written."
        ),
        ConfigurationKey(
            "ingest.batch_bytes",
            \.ingest.batchBytes,
            .bytes(65_536...1 << 30),
            "Bytes after which a batch is written."
        ),
        ConfigurationKey(
            "ingest.batch_age",
            \.ingest.batchAge,
            .duration(.milliseconds(10)...(.seconds(60))),
            "How long the first record of a batch waits at most."
        ),
        ConfigurationKey(
            "ingest.memory_budget",
            \.ingest.memoryBudget,
            .bytes(16 << 20...64 << 30),
            "Bytes that the ingest loop holds at most, while the database is away too."
        ),
        ConfigurationKey(
            "ingest.future_tolerance",
            \.ingest.futureTolerance,
            .duration(.zero...days),
            "A reading is flagged when its time is later than its record's enqueued time by more."
        ),
        ConfigurationKey(
            "ingest.future_limit",
            \.ingest.futureLimit,
            .duration(.zero...days * 7),
            "A reading is refused (time_future) when its time is later than its record's enqueued time by more."
        ),
        ConfigurationKey(
            "ingest.late_after",
            \.ingest.lateAfter,
            .duration(.zero...days * 3_660),
            "A reading is flagged as late when it is older than its record's enqueued time by more."
        ),
        ConfigurationKey(
            "ingest.too_old_after",
            \.ingest.tooOldAfter,
            .duration(.seconds(3_600)...days * 3_660),
            "A reading is refused (time_too_old) when it is older than its record's enqueued time by more."
        ),
    ]

    private static let settlement: [ConfigurationKey] = [
        ConfigurationKey(
            "settlement.every",
            \.settlement.every,
            .duration(.milliseconds(10)...(.seconds(3_600))),
            "How often the attribute loop looks for what is due."
        ),
        ConfigurationKey(
            "settlement.idle_after",
            \.settlement.idleAfter,
            .duration(.zero...days),
            "A partition at its end for so long does not hold the watermark any more."
        ),
        ConfigurationKey(
            "settlement.chunk_rows",
            \.settlement.chunkRows,
            .count(1...10_000_000),
            "Rows (meters x intervals) that one transaction writes at most, beyond a single interval."
        ),
        ConfigurationKey(
            "settlement.correction_horizon",
            \.settlement.correctionHorizon,
            .duration(.zero...days * 3_660),
            "How far back settled intervals may be corrected; readings are kept at least so long."
        ),
    ]

    private static let storage: [ConfigurationKey] = [
        ConfigurationKey(
            "partitions.width",
            \.partitions.width,
            .choice,
            "The span of one table partition, in UTC: day for large sites, month for small ones."
        ),
        ConfigurationKey(
            "partitions.ahead_days",
            \.partitions.aheadDays,
            .count(1...400),
            "Days from now on for which partitions are made ahead."
        ),
        ConfigurationKey(
            "retention.readings",
            \.retention.readings,
            .durationOrNone(days...days * 36_600),
            "How long readings are kept; none: for ever."
        ),
        ConfigurationKey(
            "retention.dead_letters",
            \.retention.deadLetters,
            .durationOrNone(days...days * 36_600),
            "How long refused records and readings are kept; none: for ever."
        ),
        ConfigurationKey(
            "retention.dead_letter_rows_per_day",
            \.retention.deadLetterRows,
            .count(1...1_000_000_000),
            "Refusals of one Kafka partition that a UTC day keeps at most; the rest of that day is only counted."
        ),
        ConfigurationKey(
            "retention.dead_letter_bytes_per_day",
            \.retention.deadLetterBytes,
            .bytes(65_536...1 << 40),
            "Bytes of their payloads, keys and headers that it keeps at most."
        ),
    ]

    private static let serving: [ConfigurationKey] = [
        ConfigurationKey(
            "http.host",
            \.http.host,
            .text,
            "The address for /metrics, /livez and /readyz. They have no login: keep it on loopback or a private network."
        ),
        ConfigurationKey("http.port", \.http.port, .count(0...65_535), "The TCP port for them; 0: not served."),
        ConfigurationKey("http.connections", \.http.connections, .count(1...10_000), "Connections at a time at most."),
        ConfigurationKey(
            "log.level",
            \.log.level,
            .choice,
            flag: "--log-level",
            "The least severe level that is logged."
        ),
        ConfigurationKey(
            "log.format",
            \.log.format,
            .choice,
            flag: "--log-format",
            "How a line looks; auto: text on a terminal, JSON otherwise."
        ),
    ]
}
