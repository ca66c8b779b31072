/// What a producer is made from.
public struct KafkaProducerConfiguration: Sendable {
    /// `host:port`, several with commas.
    public var bootstrapServers: String
    /// The name by which the broker's logs and quotas know this client.
    public var clientID: String
    /// All other librdkafka properties, by their own names; may hold secrets.
    ///
    /// Those that only a consumer has are ignored.
    public var properties: [String: String]
    /// How long a question to the broker may take.
    public var requestTimeout: Duration

    /// Makes a configuration.
    public init(
        bootstrapServers: String,
        clientID: String = "wattsource",
        properties: [String: String] = [:],
        requestTimeout: Duration = .seconds(10)
    ) {
        self.bootstrapServers = bootstrapServers
        self.clientID = clientID
        self.properties = properties
        self.requestTimeout = requestTimeout
    }

    /// All properties, as librdkafka gets them.
    func clientProperties() throws(KafkaConfigurationFailure) -> ClientProperties {
        try ConnectionRules.check(bootstrapServers: bootstrapServers)
        return try ClientProperties(
            defaults: [
                // In order and once, also when a request is repeated.
                "enable.idempotence": "true",
                "linger.ms": "20",
                "message.timeout.ms": "30000",
                "queue.buffering.max.kbytes": "65536",
                "socket.keepalive.enable": "true",
            ],
            user: properties,
            rules: ConnectionRules.managed,
            own: ["bootstrap.servers": bootstrapServers, "client.id": clientID]
        )
    }
}
