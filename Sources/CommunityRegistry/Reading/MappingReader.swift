internal import EnergySharing
internal import Yams

/// Reads the keys of one YAML mapping into values, and notes what is wrong with each.
///
/// A value that cannot be read is `nil`, and a fault is noted: the reading goes on, so that all faults are found at once.
struct MappingReader {
    /// Where the mapping is.
    let path: RegistryPath
    private let mapping: Node.Mapping
    private let faults: FaultList

    /// Begins to read a mapping, and notes unknown keys.
    ///
    /// `nil`, with a fault: it is no mapping.
    init?(_ node: Node, path: RegistryPath, keys: [String], faults: FaultList) {
        guard let mapping = node.mapping else {
            faults.add(path, at: node.mark, "must be a mapping with the keys \(keys.joined(separator: ", "))")
            return nil
        }
        self.path = path
        self.mapping = mapping
        self.faults = faults
        for (key, _) in mapping {
            let name = key.scalar?.string ?? "?"
            guard !keys.contains(name) else { continue }
            let hint = NearestName.suggestion(for: name, among: keys).map { "did you mean '\($0)'?" }
            faults.add(
                path[name],
                at: key.mark,
                "unknown key: " + (hint ?? "known here are \(keys.joined(separator: ", "))")
            )
        }
    }

    /// Whether the key is there, with whatever value.
    func has(_ key: String) -> Bool { mapping[key] != nil }

    /// Notes a fault about a key, at its value or, where it is missing, at the mapping.
    func fault(_ key: String, _ message: String) {
        faults.add(path[key], at: mapping[key]?.mark ?? mapping.mark, message)
    }

    /// A text that must be there.
    func text(_ key: String) -> String? {
        guard let node = required(key) else { return nil }
        return text(key, of: node)
    }

    /// A text that may be missing; `nil` also if it cannot be read.
    func optionalText(_ key: String) -> String? {
        optional(key).flatMap { text(key, of: $0) }
    }

    /// A whole number that may be missing.
    func number(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let node = optional(key) else { return nil }
        guard let scalar = node.scalar, scalar.isPlain, let value = Int(scalar.string), range.contains(value) else {
            fault(key, "must be a whole number \(Self.words(for: range)), is \(Self.quoted(node))")
            return nil
        }
        return value
    }

    /// One of the names of an enumeration; `nil` if it is missing or unknown.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ key: String, of type: Choice.Type) -> Choice? {
        guard let node = optional(key) else { return nil }
        if let text = node.scalar?.string, let value = Choice(rawValue: text) { return value }
        let names = Choice.allCases.map(\.rawValue)
        fault(key, "must be \(Self.alternatives(names)), is \(Self.quoted(node))")
        return nil
    }

    /// A decimal number of kWh that may be missing, in Wh; see ``WattHoursText``.
    func kilowattHours(_ key: String) -> Int64? {
        guard let node = optional(key) else { return nil }
        if let text = node.scalar?.string, let value = WattHoursText.parseKilowattHours(text) { return value }
        fault(key, "must be a decimal number of kWh from 0 to 1000000000, is \(Self.quoted(node))")
        return nil
    }

    /// A mapping that may be missing, with the keys that it may have.
    func mapping(_ key: String, keys: [String]) -> MappingReader? {
        guard let node = optional(key) else { return nil }
        return MappingReader(node, path: path[key], keys: keys, faults: faults)
    }

    /// Whether the key's value is a mapping.
    func isMapping(_ key: String) -> Bool { mapping[key]?.mapping != nil }

    /// A local time of day that may be missing, in seconds after midnight.
    func localTime(_ key: String) -> Int? {
        guard let node = optional(key) else { return nil }
        if let text = node.scalar?.string, let value = LocalTimeText.parse(text) { return value }
        fault(key, "must be a local time from \"00:00\" to \"23:59\", is \(Self.quoted(node))")
        return nil
    }

    /// A duration that may be missing, in microseconds.
    func duration(_ key: String) -> Int64? {
        guard let node = optional(key) else { return nil }
        if let text = node.scalar?.string, let value = DurationText.parse(text) { return value }
        fault(key, "must be a duration like 15m, 2h, 35d or PT2H, at most 3660d, is \(Self.quoted(node))")
        return nil
    }

    /// An instant that may be missing or `null`, in microseconds since 1970-01-01T00:00:00Z.
    func instant(_ key: String) -> Int64? {
        guard let node = optional(key) else { return nil }
        if let text = node.scalar?.string, let value = InstantText.parse(text) { return value }
        fault(
            key,
            "must be an instant with its offset, like 2016-08-01T00:00:00Z or 2016-08-01T02:00:00+02:00, is "
                + Self.quoted(node)
        )
        return nil
    }

    /// A text that may be missing, as what `parse` makes of it; `nil` is a fault, which says that `expected` was expected.
    func parsed<Value>(_ key: String, _ expected: String, _ parse: (String) -> Value?) -> Value? {
        guard let node = optional(key) else { return nil }
        if let text = node.scalar?.string, let value = parse(text) { return value }
        fault(key, "must be \(expected), is \(Self.quoted(node))")
        return nil
    }

    /// The elements of a list that may be missing, each with its path.
    func list(_ key: String) -> [(node: Node, path: RegistryPath)] {
        guard let node = optional(key) else { return [] }
        guard let sequence = node.sequence else {
            fault(key, "must be a list, is \(Self.quoted(node))")
            return []
        }
        return sequence.enumerated().map { (node: $0.element, path: path[key][$0.offset]) }
    }

    /// Whether a required key is there and not `null`; notes a fault if not.
    @discardableResult
    func requires(_ key: String) -> Bool { required(key) != nil }

    private func required(_ key: String) -> Node? {
        if let node = optional(key) { return node }
        fault(key, mapping[key] == nil ? "is missing" : "must have a value")
        return nil
    }

    private func optional(_ key: String) -> Node? {
        guard let node = mapping[key], !node.isNull else { return nil }
        return node
    }

    private func text(_ key: String, of node: Node) -> String? {
        guard let text = node.scalar?.string else {
            fault(key, "must be a text, is \(Self.quoted(node))")
            return nil
        }
        return text
    }

    private static func words(for range: ClosedRange<Int>) -> String {
        range.upperBound == Int(Int32.max)
            ? range.lowerBound == Int(Int32.min)
                ? "from \(range.lowerBound) to \(range.upperBound)"
                : range.lowerBound == 0 ? "of 0 or more" : "above \(range.lowerBound - 1)"
            : "from \(range.lowerBound) to \(range.upperBound)"
    }

    private static func alternatives(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first.map { "'\($0)'" } ?? "" }
        return names.dropLast().map { "'\($0)'" }.joined(separator: ", ") + " or '\(last)'"
    }

    /// The value as it stands in the file, or what it is, for the end of a message.
    private static func quoted(_ node: Node) -> String {
        switch node {
        case .scalar(let scalar): scalar.string.isEmpty ? "empty" : "'\(scalar.string.prefix(60))'"
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }
}

extension Node {
    /// Whether it is YAML's null: nothing, `~` or `null`, not quoted.
    fileprivate var isNull: Bool {
        guard let scalar, scalar.isPlain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }
}

extension Node.Scalar {
    /// Whether it stands there without quotes.
    fileprivate var isPlain: Bool { style == .plain || style == .any }
}
