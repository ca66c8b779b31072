/// What every client's properties must leave to our own configuration.
enum ConnectionRules {
    /// Properties that have a key of their own, or that would take the callbacks away.
    static let managed: [PropertyRule] = [
        PropertyRule(name: "bootstrap.servers", value: nil, reason: "set kafka.bootstrap_servers instead"),
        PropertyRule(name: "metadata.broker.list", value: nil, reason: "set kafka.bootstrap_servers instead"),
        PropertyRule(name: "group.id", value: nil, reason: "set kafka.group_id instead"),
        PropertyRule(name: "client.id", value: nil, reason: "set kafka.client_id instead"),
        PropertyRule(name: "enabled_events", value: nil, reason: "events arrive through callbacks; remove it"),
        PropertyRule(
            name: "log.queue",
            value: "false",
            reason: "nobody reads the log queue; lines go to the log as they come"
        ),
    ]

    /// Refuses an empty list of servers, which librdkafka would accept and then wait for ever.
    static func check(bootstrapServers: String) throws(KafkaConfigurationFailure) {
        guard bootstrapServers.utf8.contains(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: ",") }) else {
            throw KafkaConfigurationFailure(
                property: "bootstrap.servers",
                "kafka.bootstrap_servers is empty: give host:port, several with commas"
            )
        }
    }
}
