/// What the name of a key in the file, or after `--set`, refers to.
struct KeyTarget: Sendable, Equatable {
    /// The catalogue's key, or `kafka.` and a librdkafka property; without `_file`.
    let key: String
    /// Whether the value is the path of a file with the secret.
    let isFile: Bool
    /// Whether it takes several values.
    let isList: Bool
    /// Why it must not be set; `nil`: it may.
    let refusal: String?

    /// Finds out what a name means; `nil`: nothing.
    init?(name: String) {
        if let known = ConfigurationCatalogue.key(named: name) {
            self.init(key: name, isFile: false, isList: known.isList, refusal: nil)
            return
        }
        if name.hasSuffix("_file") {
            let secret = String(name.dropLast(5))
            if ConfigurationCatalogue.key(named: secret)?.isSecret == true {
                self.init(key: secret, isFile: true, isList: false, refusal: nil)
                return
            }
            if let property = KeyTarget.property(secret), KafkaConfiguration.isSecret(property: property) {
                self.init(key: secret, isFile: true, isList: false, refusal: nil)
                return
            }
        }
        guard let property = KeyTarget.property(name) else { return nil }
        self.init(
            key: name,
            isFile: false,
            isList: false,
            refusal: KeyTarget.owned[property].map { "must not be set: \($0)" }
        )
    }

    private init(key: String, isFile: Bool, isList: Bool, refusal: String?) {
        self.key = key
        self.isFile = isFile
        self.isList = isList
        self.refusal = refusal
    }

    /// The librdkafka property that a name means: `kafka.` and a name with a dot in it (all have one, but for `debug`).
    static func property(_ name: String) -> String? {
        guard name.hasPrefix("kafka.") else { return nil }
        let property = String(name.dropFirst("kafka.".count))
        return property == "debug" || (property.contains(".") && !property.hasPrefix(".")) ? property : nil
    }

    /// The properties on which exactly-once rests, and those that have a key of their own.
    private static let owned: [String: String] = [
        "bootstrap.servers": "use bootstrap_servers",
        "metadata.broker.list": "use bootstrap_servers",
        "group.id": "use group_id",
        "client.id": "use client_id",
        "queued.max.messages.kbytes": "use queue_kilobytes",
        "auto.offset.reset": "a lost position halts its partition; for the first start use first_start",
        "enable.auto.commit": "the position is in the database",
        "auto.commit.interval.ms": "the position is in the database",
        "enable.auto.offset.store": "the position is in the database",
        "enable.partition.eof": "the worker needs to see the ends of partitions",
        "check.crcs": "every batch's checksum is checked",
        "isolation.level": "aborted records must never be read",
        "allow.auto.create.topics": "the worker never creates topics",
    ]
}
