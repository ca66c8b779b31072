/// What one member of a consumer group is made from.
public struct KafkaConsumerConfiguration: Sendable {
    /// `host:port`, several with commas.
    public var bootstrapServers: String
    /// The topics to read, by their names; patterns are refused.
    public var topics: [String]
    /// The consumer group.
    public var groupID: String
    /// The name by which the broker's logs and quotas know this client.
    public var clientID: String
    /// The most memory that librdkafka may use for records fetched ahead, in KiB.
    ///
    /// Half is for the records' values, a quarter for headers and bookkeeping, an eighth for each broker's reply on its way.
    public var queueKilobytes: Int
    /// All other librdkafka properties, by their own names; may hold secrets.
    public var properties: [String: String]
    /// How long ``KafkaConsumer/close()`` may take; then the client is left behind.
    public var closeDeadline: Duration
    /// How long a question to the broker may take.
    public var requestTimeout: Duration

    /// Makes a configuration.
    public init(
        bootstrapServers: String,
        topics: [String],
        groupID: String,
        clientID: String = "wattsource",
        queueKilobytes: Int = 16_384,
        properties: [String: String] = [:],
        closeDeadline: Duration = .seconds(4),
        requestTimeout: Duration = .seconds(5)
    ) {
        self.bootstrapServers = bootstrapServers
        self.topics = topics
        self.groupID = groupID
        self.clientID = clientID
        self.queueKilobytes = queueKilobytes
        self.properties = properties
        self.closeDeadline = closeDeadline
        self.requestTimeout = requestTimeout
    }

    /// Checks everything that can be checked without a broker: contradictions, and each property against the running librdkafka.
    public func check() throws(KafkaConfigurationFailure) {
        try ClientHandle.check(clientProperties())
    }

    /// All properties, as librdkafka gets them.
    func clientProperties() throws(KafkaConfigurationFailure) -> ClientProperties {
        try ConnectionRules.check(bootstrapServers: bootstrapServers)
        guard !topics.isEmpty, topics.allSatisfy({ !$0.isEmpty }) else {
            throw KafkaConfigurationFailure(property: nil, "kafka.topics names no topic, or an empty one")
        }
        if let pattern = topics.first(where: { $0.hasPrefix("^") }) {
            throw KafkaConfigurationFailure(
                property: nil,
                "kafka.topics: \(pattern) is a pattern; name each topic, so that none is read by accident"
            )
        }
        guard !groupID.isEmpty else {
            throw KafkaConfigurationFailure(property: "group.id", "kafka.group_id is empty")
        }
        guard (64...2_097_151).contains(queueKilobytes) else {
            throw KafkaConfigurationFailure(
                property: "queued.max.messages.kbytes",
                "kafka.queue_kilobytes is \(queueKilobytes); 64 to 2,097,151 KiB are possible"
            )
        }
        return try ClientProperties(
            defaults: defaults,
            user: properties,
            rules: ConnectionRules.managed + Self.enforced,
            own: ["bootstrap.servers": bootstrapServers, "group.id": groupID, "client.id": clientID]
        )
    }

    /// Room for a body of 1 MiB, the most that Event Hubs takes, with key, headers and the batch around it: a broker that cuts a reply
    /// off at a smaller limit would never deliver it.
    private static let largestRecord = 2_097_152

    /// What the user may override.
    private var defaults: [String: String] {
        let budget = queueKilobytes * 1024
        var defaults = [
            "queued.max.messages.kbytes": "\(max(queueKilobytes / 2, 1))",
            // A queued message costs librdkafka about 0.4 KiB beside its value (measured with 2.16 and five short headers).
            "queued.min.messages": "\(max(budget / 1536, 100))",
            "fetch.max.bytes": "\(min(max(budget / 8, Self.largestRecord), 52_428_800))",
            "max.partition.fetch.bytes": "\(Self.largestRecord)",
            "fetch.wait.max.ms": "250",
            "session.timeout.ms": "12000",
            "heartbeat.interval.ms": "\(heartbeatMilliseconds)",
            "max.poll.interval.ms": "300000",
            // A partition that is added to a topic is found within a minute.
            "topic.metadata.refresh.interval.ms": "60000",
            "metadata.max.age.ms": "180000",
            "reconnect.backoff.max.ms": "5000",
            "socket.keepalive.enable": "true",
        ]
        if LibraryVersion.running >= FetchStall.fixedIn {
            // How long a full queue may run dry before the next request; the default is a second.
            defaults["fetch.queue.backoff.ms"] = "5"
        }
        return defaults
    }

    /// A third of the session timeout, which the user may have made shorter, and 3 s at most.
    private var heartbeatMilliseconds: Int {
        guard let text = properties["session.timeout.ms"], let session = Int(text) else { return 3000 }
        return min(max(session / 3, 1), 3000)
    }

    private static let enforced: [PropertyRule] = [
        PropertyRule(
            name: "enable.auto.commit",
            value: "false",
            reason: "PostgreSQL holds the position; the group's offset only mirrors it"
        ),
        PropertyRule(
            name: "enable.auto.offset.store",
            value: "false",
            reason: "PostgreSQL holds the position; the group's offset only mirrors it"
        ),
        PropertyRule(
            name: "auto.offset.reset",
            value: "error",
            reason: "any other value skips or repeats records without a word when a position is not in the log"
        ),
        PropertyRule(name: "check.crcs", value: "true", reason: "a flipped bit would be stored as energy"),
        PropertyRule(
            name: "partition.assignment.strategy",
            value: "range",
            reason: "partitions are taken over whole, after all have been given back"
        ),
        PropertyRule(
            name: "group.protocol",
            value: "classic",
            reason: "partitions are taken over whole, after all have been given back"
        ),
        PropertyRule(name: "enable.partition.eof", value: "true", reason: "the ends of partitions are known from it"),
        PropertyRule(
            name: "isolation.level",
            value: "read_committed",
            reason: "records of an aborted transaction were never sent"
        ),
        PropertyRule(
            name: "allow.auto.create.topics",
            value: "false",
            reason: "a misspelt topic would be created and stay empty"
        ),
    ]
}
