import Yams

/// The configuration file: YAML, a mapping of sections, each a mapping of keys.
///
/// ```yaml
/// database:
///   url_file: /run/credentials/wattsource/database-url
/// kafka:
///   bootstrap_servers: kafka-1:9093,kafka-2:9093
///   topics: [readings]
///   security.protocol: SASL_SSL      # any other librdkafka property, by its own name
/// ```
struct ConfigurationFile {
    /// How faults and origins name it.
    let path: String
    /// What it gives, in its order.
    private(set) var values: [GivenValue] = []
    /// What is wrong with it.
    private(set) var faults: [ConfigurationFault] = []

    /// Reads a file's text.
    init(path: String, text: String) {
        self.path = path
        do {
            guard let root = try Yams.compose(yaml: text), !ConfigurationFile.isNull(root) else { return }
            guard let sections = root.mapping else {
                faults.append(fault(root, "", "a mapping of sections is expected"))
                return
            }
            for (name, section) in sections { read(section, named: name) }
        } catch {
            faults.append(fault(of: error))
        }
    }

    private mutating func read(_ section: Node, named nameNode: Node) {
        guard let name = nameNode.scalar?.string else {
            faults.append(fault(nameNode, "", "a section's name is expected"))
            return
        }
        guard ConfigurationCatalogue.sections.contains(where: { $0 == name }) else {
            let unknown = UnknownKey.message(for: name, among: ConfigurationCatalogue.sections.map(String.init))
            faults.append(fault(nameNode, name, unknown))
            return
        }
        if ConfigurationFile.isNull(section) { return }
        guard let entries = section.mapping else {
            faults.append(fault(section, name, "is a section: a mapping of keys is expected"))
            return
        }
        for (keyNode, value) in entries {
            guard let key = keyNode.scalar?.string else {
                faults.append(fault(keyNode, name, "a key is expected"))
                continue
            }
            read(value, keyNode: keyNode, name: "\(name).\(key)")
        }
    }

    private mutating func read(_ node: Node, keyNode: Node, name: String) {
        guard let target = KeyTarget(name: name) else {
            faults.append(fault(keyNode, name, UnknownKey.message(for: name)))
            return
        }
        if let refusal = target.refusal {
            faults.append(fault(keyNode, name, refusal))
            return
        }
        if ConfigurationFile.isNull(node) { return }
        var texts: [String] = []
        if let text = node.scalar?.string {
            texts = [text]
        } else if target.isList, let items = node.sequence {
            texts = items.compactMap { $0.scalar?.string }
            guard texts.count == items.count else {
                faults.append(fault(node, name, "a list of single values is expected"))
                return
            }
        } else {
            faults.append(fault(node, name, "a single value is expected"))
            return
        }
        let mark = keyNode.mark
        let slash = path.lastIndex(of: "/")
        values.append(
            GivenValue(
                key: target.key,
                texts: texts,
                origin: .file(path: path, line: mark?.line ?? 0, column: mark?.column ?? 0),
                isFile: target.isFile,
                folder: slash.map { String(path[...$0]) } ?? ""
            )
        )
    }

    /// A plain scalar that YAML calls null: the key counts as not given.
    private static func isNull(_ node: Node) -> Bool {
        guard let scalar = node.scalar, scalar.style == .plain || scalar.style == .any else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    private func fault(_ node: Node, _ key: String, _ message: String) -> ConfigurationFault {
        ConfigurationFault(place: place(node.mark), key: key, message: message)
    }

    private func place(_ mark: Mark?) -> String {
        guard let mark else { return path }
        return "\(path):\(mark.line):\(mark.column)"
    }

    /// What the YAML parser found; its own sentences show the file's text, which may hold a secret, so only the problem is taken.
    private func fault(of error: any Error) -> ConfigurationFault {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ConfigurationFault(place: place(mark), key: "", message: "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let names, let context):
            ConfigurationFault(
                place: place(context.mark),
                key: "",
                message: "given twice in the same mapping: \(names.joined(separator: ", "))"
            )
        default:
            ConfigurationFault(place: path, key: "", message: "not YAML, or not UTF-8")
        }
    }
}
