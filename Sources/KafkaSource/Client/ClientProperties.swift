/// The librdkafka properties of one client: its defaults, then the user's, then what is enforced.
struct ClientProperties: Sendable {
    /// Names and values in the order in which they are set.
    private(set) var settings: [(name: String, value: String)]

    /// Combines the three sources.
    ///
    /// - Parameters:
    ///   - defaults: what the user may override.
    ///   - user: the user's own, by librdkafka's names.
    ///   - rules: what the user must not change; saying the same is allowed.
    ///   - own: what comes from fields of our own configuration; set last.
    /// - Throws: the first contradiction in alphabetical order, by name.
    init(
        defaults: [String: String],
        user: [String: String],
        rules: [PropertyRule],
        own: [String: String]
    ) throws(KafkaConfigurationFailure) {
        var merged = defaults
        for (name, value) in user.sorted(by: { $0.key < $1.key }) {
            if let rule = rules.first(where: { $0.name == name }) {
                try Self.check(value, against: rule)
            }
            merged[name] = value
        }
        for rule in rules {
            guard let value = rule.value, !Self.onlyInNewerVersions.contains(rule.name) else { continue }
            merged[rule.name] = value
        }
        merged.merge(own) { _, ours in ours }
        settings = merged.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    }

    /// Enforced properties that old versions do not know: their default there is what we want, so they are never set.
    private static let onlyInNewerVersions: Set<String> = ["group.protocol"]

    private static func check(_ value: String, against rule: PropertyRule) throws(KafkaConfigurationFailure) {
        guard let wanted = rule.value else {
            throw KafkaConfigurationFailure(property: rule.name, "kafka property \(rule.name): \(rule.reason)")
        }
        guard canonical(value) != canonical(wanted) else { return }
        throw KafkaConfigurationFailure(
            property: rule.name,
            "kafka property \(rule.name) must be \(wanted), not \(value): \(rule.reason). Remove it."
        )
    }

    /// A value as librdkafka compares it: without case, and each word for a boolean alike.
    private static func canonical(_ value: String) -> String {
        switch value.lowercased() {
        case "true", "t", "1": "true"
        case "false", "f", "0": "false"
        case let other: other
        }
    }
}
