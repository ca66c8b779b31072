import CommunityRegistry

/// The environment's part of the configuration: `WATTSOURCE_SECTION_KEY`, and `..._FILE` for secrets.
///
/// `WATTSOURCE_KAFKA_` and an upper-case librdkafka property with `_` for its dots sets that property:
/// `WATTSOURCE_KAFKA_SASL_PASSWORD_FILE` names the file that holds `sasl.password`. An empty variable counts as not given.
struct ConfigurationVariables {
    /// What they give, in the order of their names.
    private(set) var values: [GivenValue] = []
    /// What is wrong with them.
    private(set) var faults: [ConfigurationFault] = []

    /// The variable that names the configuration file.
    static let file = "WATTSOURCE_CONFIG"

    private static let prefix = "WATTSOURCE_"
    private static let kafkaPrefix = "WATTSOURCE_KAFKA_"

    /// Picks what concerns the configuration from an environment.
    init(environment: [String: String]) {
        let known = Dictionary(uniqueKeysWithValues: ConfigurationCatalogue.keys.map { ($0.variable, $0) })
        for (name, text) in environment.sorted(by: { $0.key < $1.key })
        where name.hasPrefix(Self.prefix) && !text.isEmpty {
            if name == Self.file { continue }
            if let key = known[name] {
                add(key.name, text, name)
            } else if name.hasSuffix("_FILE"), let key = known[String(name.dropLast(5))], key.isSecret {
                add(key.name, text, name, isFile: true)
            } else if let near = Self.misspelled(name, known.keys.sorted()) {
                faults.append(
                    ConfigurationFault(place: name, key: "", message: "is not a known variable; is \(near) meant?")
                )
            } else if name.hasPrefix(Self.kafkaPrefix) {
                addProperty(name, text)
            } else if ConfigurationCatalogue.sections.contains(where: {
                name.hasPrefix(Self.prefix + $0.uppercased() + "_")
            }) {
                faults.append(
                    ConfigurationFault(
                        place: name,
                        key: "",
                        message: "is not a known variable; `wattsource check --keys` lists all"
                    )
                )
            }
        }
    }

    private mutating func addProperty(_ name: String, _ text: String) {
        var property = name.dropFirst(Self.kafkaPrefix.count).lowercased().replacing("_", with: ".")
        let isFile = property.hasSuffix(".file") && KafkaConfiguration.isSecret(property: String(property.dropLast(5)))
        if isFile { property = String(property.dropLast(5)) }
        guard let target = KeyTarget(name: "kafka." + property) else {
            faults.append(
                ConfigurationFault(
                    place: name,
                    key: "",
                    message:
                        "is neither a known variable nor a librdkafka property; `wattsource check --keys` lists all"
                )
            )
            return
        }
        if let refusal = target.refusal {
            faults.append(ConfigurationFault(place: name, key: target.key, message: refusal))
        } else {
            add(target.key, text, name, isFile: isFile)
        }
    }

    private mutating func add(_ key: String, _ text: String, _ name: String, isFile: Bool = false) {
        values.append(GivenValue(key: key, texts: [text], origin: .variable(name), isFile: isFile))
    }

    /// The known variable that an unknown one was probably meant to be.
    private static func misspelled(_ name: String, _ known: [String]) -> String? {
        known.first { NearestName.distance($0, name) <= 2 }
    }
}
