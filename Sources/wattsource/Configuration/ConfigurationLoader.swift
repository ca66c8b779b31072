import FoundationEssentials

/// Makes the configuration of defaults, file, variables and flags, each over the one before, and finds all faults at once.
struct ConfigurationLoader {
    /// The environment.
    var environment: [String: String]
    /// The file that a flag names; else ``ConfigurationVariables/file`` names it; else there is none.
    var path: String?
    /// What flags give.
    var flags: [GivenValue] = []
    /// What is wrong with the flags.
    var flagFaults: [ConfigurationFault] = []

    /// The most that a configuration file may hold, in bytes.
    static let fileLimit = 1 << 20

    /// Reads everything.
    ///
    /// - Throws: ``ConfigurationFailure`` with all faults.
    func load() throws(ConfigurationFailure) -> EffectiveConfiguration {
        var faults: [ConfigurationFault] = []
        var given: [GivenValue] = []
        if let file = readFile(&faults) {
            given += file.values
            faults += file.faults
        }
        let variables = ConfigurationVariables(environment: environment)
        given += variables.values + flags
        faults += variables.faults + flagFaults

        var effective = EffectiveConfiguration(configuration: Configuration(), origins: [:])
        for value in winners(of: given, &faults) {
            do throws(ConfigurationFault) {
                try apply(value, to: &effective.configuration)
                effective.origins[value.key] = value.origin
            } catch {
                faults.append(error)
            }
        }
        faults += ConfigurationRules.faults(in: effective)
        guard faults.isEmpty else { throw ConfigurationFailure(faults) }
        return effective
    }

    /// Reads the configuration file, if one is named.
    private func readFile(_ faults: inout [ConfigurationFault]) -> ConfigurationFile? {
        let variable = environment[ConfigurationVariables.file].flatMap { $0.isEmpty ? nil : $0 }
        guard let path = path ?? variable else { return nil }
        let place = self.path == nil ? ConfigurationVariables.file : "--config"
        guard let data = FileManager.default.contents(atPath: path) else {
            faults.append(ConfigurationFault(place: place, key: "", message: "the file \(path) cannot be read"))
            return nil
        }
        guard data.count <= Self.fileLimit, let text = String(validating: data, as: UTF8.self) else {
            faults.append(
                ConfigurationFault(
                    place: place,
                    key: "",
                    message: "the file \(path) is not UTF-8, or larger than 1 MiB"
                )
            )
            return nil
        }
        return ConfigurationFile(path: path, text: text)
    }

    /// Of each key, the value of the strongest source; the same key twice in one source is a fault.
    private func winners(of given: [GivenValue], _ faults: inout [ConfigurationFault]) -> [GivenValue] {
        var chosen: [String: GivenValue] = [:]
        var order: [String] = []
        for value in given {
            if let other = chosen[value.key], other.origin.source == value.origin.source {
                faults.append(
                    ConfigurationFault(
                        place: value.origin.description,
                        key: value.key,
                        message: "is given twice, here and by \(other.origin)"
                    )
                )
            }
            if chosen.updateValue(value, forKey: value.key) == nil { order.append(value.key) }
        }
        return order.compactMap { chosen[$0] }
    }

    /// Understands one value and sets its field.
    private func apply(_ value: GivenValue, to configuration: inout Configuration) throws(ConfigurationFault) {
        var texts = value.texts
        var isSecret = false
        do throws(ValueFault) {
            if value.isFile { texts = [try secret(in: value)] }
            if let property = KeyTarget.property(value.key), ConfigurationCatalogue.key(named: value.key) == nil {
                configuration.kafka.properties[property] = texts.first ?? ""
                return
            }
            guard let key = ConfigurationCatalogue.key(named: value.key) else {
                throw ValueFault(UnknownKey.message(for: value.key))
            }
            isSecret = key.isSecret
            if key.isList {
                texts = texts.flatMap { $0.split(separator: ",").map { $0.trimmed } }
            } else {
                texts = texts.map { Substring($0).trimmed }
            }
            guard !texts.contains(""), !texts.isEmpty else { throw ValueFault("is empty") }
            try key.apply(texts, &configuration)
        } catch {
            let shown = isSecret ? Secret.redacted : "'" + value.texts.joined(separator: ",") + "'"
            throw ConfigurationFault(
                place: value.origin.description,
                key: value.key,
                message: "\(shown) \(error.message)"
            )
        }
    }

    /// Reads the file that holds a value.
    private func secret(in value: GivenValue) throws(ValueFault) -> String {
        guard let name = value.texts.first else { throw ValueFault("is empty") }
        let path = name.hasPrefix("/") ? name : value.folder + name
        let folder = environment["CREDENTIALS_DIRECTORY"].map { $0.hasSuffix("/") ? $0 : $0 + "/" }
        let isPrivate = folder.map { path.hasPrefix($0) && !path.contains("/../") } ?? false
        return try SecretFile.read(path, isPrivateFolder: isPrivate)
    }
}

extension ValueOrigin {
    /// A number for the kind of source, equal for two values of the same; which one wins is the order in which they are given.
    fileprivate var source: Int {
        switch self {
        case .initial: 0
        case .file: 1
        case .variable: 2
        case .flag: 3
        }
    }
}

extension Substring {
    /// Without blanks at both ends.
    fileprivate var trimmed: String {
        let start = drop(while: \.isWhitespace)
        return String(
            start.prefix(upTo: start.lastIndex { !$0.isWhitespace }.map { start.index(after: $0) } ?? start.startIndex)
        )
    }
}
