/// A valid configuration, and where each of its values was given.
struct EffectiveConfiguration: Sendable {
    /// The configuration.
    var configuration: Configuration
    /// Where the values were given that are not defaults, by key.
    var origins: [String: ValueOrigin]

    /// One value, as it is shown.
    struct Line: Sendable, Equatable {
        /// `section.key`.
        var key: String
        /// The value; empty if it is not set, ``Secret/redacted`` if it is secret.
        var value: String
        /// Where it was given.
        var origin: ValueOrigin
    }

    /// All values in the catalogue's order, librdkafka's properties after the other Kafka keys; secrets are redacted.
    var lines: [Line] {
        var lines: [Line] = []
        for key in ConfigurationCatalogue.keys {
            lines.append(
                Line(key: key.name, value: key.render(configuration) ?? "", origin: origins[key.name] ?? .initial)
            )
        }
        let end = lines.lastIndex { $0.key.hasPrefix("kafka.") } ?? lines.count - 1
        let properties = configuration.kafka.properties.sorted { $0.key < $1.key }.map { name, value in
            Line(
                key: "kafka.\(name)",
                value: KafkaConfiguration.isSecret(property: name) ? Secret.redacted : value,
                origin: origins["kafka.\(name)"] ?? .initial
            )
        }
        lines.insert(contentsOf: properties, at: end + 1)
        return lines
    }
}
