/// What to read from Kafka, as whom, and from where on.
struct KafkaConfiguration: Sendable, Equatable {
    /// Where the very first start of a topic begins; later starts always go on where the database is.
    enum FirstStart: Sendable, Equatable {
        /// At the first record that the broker still has.
        case earliest
        /// After the last record.
        case latest
        /// At the first record of this time or later: microseconds since 1970-01-01T00:00:00Z.
        case timestamp(Int64)
    }

    /// `host:port`, several with commas; empty: not given.
    var bootstrapServers = ""
    /// The topics; empty: not given.
    var topics: [String] = []
    /// The consumer group.
    var groupID = "wattsource"
    /// The name by which the broker's logs and quotas know this client.
    var clientID = "wattsource"
    /// Where a topic begins that was never consumed.
    var firstStart = FirstStart.earliest
    /// The most that librdkafka holds of records fetched ahead, in KiB.
    var queueKilobytes = 16_384
    /// All other librdkafka properties, by their own names; some may be secret, see ``isSecret(property:)``.
    var properties: [String: String] = [:]

    /// Whether a librdkafka property's value must not be shown.
    static func isSecret(property: String) -> Bool {
        ["password", "secret", "pem", "private.key", "passphrase", "oauthbearer.config"].contains {
            property.contains($0)
        }
            && !property.hasSuffix(".location")
    }
}

extension KafkaConfiguration: CustomReflectable {
    /// All but the properties' values, which may be secret.
    var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "bootstrapServers": bootstrapServers, "topics": topics, "groupID": groupID, "clientID": clientID,
                "firstStart": firstStart, "queueKilobytes": queueKilobytes, "properties": properties.keys.sorted(),
            ]
        )
    }
}
