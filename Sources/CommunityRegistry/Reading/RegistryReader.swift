internal import EnergySharing
internal import MeterReadings
internal import Yams

/// Reads the registry file.
///
/// ```yaml
/// communities:
///   - code: sierra-crest
///     name: Sierra Crest
///     time_zone: America/Los_Angeles
///     interval_minutes: 60
///     sharing_key: proportional
///     members:
///       - code: home-01
///         devices:
///           - hub_device_id: sierra-crest-home-01
///             participation:
///               - { from: 2016-08-01T00:00:00Z }
/// ```
public struct RegistryReader {
    private let file: String
    private let faults = FaultList()
    private let knowsTimeZone: (String) -> Bool

    /// Makes a reader; `file` is the name that faults begin with.
    public init(file: String = "", knowsTimeZone: @escaping (String) -> Bool = TimeZoneNames.isKnown) {
        self.file = file
        self.knowsTimeZone = knowsTimeZone
    }

    /// Reads and checks a whole document.
    ///
    /// - Throws: all faults that it has, by line and column. Faults of the YAML itself, and keys given twice, are found
    ///   alone, before the others.
    public func read(_ text: String) throws(RegistryFaults) -> RegistryDocument {
        let root: Node
        do {
            root = try compose(yaml: text) ?? Node([(Node, Node)]())
        } catch {
            throw RegistryFaults(file: file, [Self.fault(of: error)])
        }
        let document = self.document(root)
        let validator = RegistryValidator(unreadable: faults.faults.map(\.path), knowsTimeZone: knowsTimeZone)
        for fault in validator.faults(of: document) {
            faults.add(fault.path, at: Self.mark(of: fault.path, in: root), fault.message)
        }
        guard faults.faults.isEmpty else { throw RegistryFaults(file: file, faults.inOrder) }
        return document
    }

    private func document(_ root: Node) -> RegistryDocument {
        guard let keys = MappingReader(root, path: RegistryPath(), keys: ["communities"], faults: faults) else {
            return RegistryDocument()
        }
        keys.requires("communities")
        return RegistryDocument(communities: keys.list("communities").map { community($0.node, $0.path) })
    }

    private func community(_ node: Node, _ path: RegistryPath) -> RegistryCommunity {
        let direct = ["interval_minutes", "sharing_key", "rounds", "remainder", "grace", "finality", "corrections"]
        let known = ["code", "name", "time_zone"] + direct + ["rules", "members"]
        guard let keys = MappingReader(node, path: path, keys: known, faults: faults) else {
            return RegistryCommunity(code: "", name: "", timeZone: "", rules: [])
        }
        let code = keys.text("code") ?? ""
        var rules: [RegistryRule] = []
        if keys.has("rules") {
            for key in direct where keys.has(key) {
                keys.fault(key, "must stand inside the entries of `rules`, since there is such a list")
            }
            keys.requires("rules")
            for (element, path) in keys.list("rules") {
                let reader = MappingReader(element, path: path, keys: ["from", "to"] + direct, faults: faults)
                rules.append(reader.map(rule) ?? Self.unreadableRule)
            }
        } else {
            rules = [rule(keys)]
        }
        return RegistryCommunity(
            code: code,
            name: keys.optionalText("name") ?? code,
            timeZone: keys.text("time_zone") ?? "",
            rules: rules,
            members: keys.list("members").map { member($0.node, $0.path, community: code) }
        )
    }

    private static let unreadableRule = RegistryRule(intervalMinutes: 60, sharing: SharingRule())

    private func rule(_ keys: MappingReader) -> RegistryRule {
        keys.requires("interval_minutes")
        keys.requires("sharing_key")
        let minutes = keys.number("interval_minutes", in: 1...1_440)
        if let minutes, ![15, 30, 60].contains(minutes) {
            keys.fault("interval_minutes", "must be 15, 30 or 60, is '\(minutes)'")
        }
        return RegistryRule(
            from: keys.instant("from"),
            until: keys.instant("to"),
            intervalMinutes: minutes ?? 60,
            sharing: SharingRule(
                key: keys.choice("sharing_key", of: SharingKey.self) ?? .proportional,
                rounds: keys.choice("rounds", of: SharingRounds.self) ?? .one,
                remainder: keys.choice("remainder", of: SharingRemainder.self) ?? .largestRemainder
            ),
            grace: keys.duration("grace") ?? RegistryRule.defaultGrace,
            finality: finality(keys) ?? .usual,
            corrections: keys.duration("corrections")
        )
    }

    /// A duration, or a day and a time of the next month.
    private func finality(_ rule: MappingReader) -> RegistryFinality? {
        guard rule.isMapping("finality") else { return rule.duration("finality").map { .after($0) } }
        guard let keys = rule.mapping("finality", keys: ["day", "time"]) else { return nil }
        keys.requires("day")
        keys.requires("time")
        guard let day = keys.number("day", in: 1...28), let second = keys.localTime("time") else { return nil }
        return .monthly(day: day, second: second)
    }

    private func member(_ node: Node, _ path: RegistryPath, community: String) -> RegistryMember {
        let known = ["code", "name", "kind", "devices"]
        guard let keys = MappingReader(node, path: path, keys: known, faults: faults) else {
            return RegistryMember(code: "", name: "")
        }
        let code = keys.text("code") ?? ""
        return RegistryMember(
            code: code,
            name: keys.optionalText("name") ?? code,
            kind: keys.choice("kind", of: MemberKind.self) ?? .household,
            devices: keys.list("devices").map { device($0.node, $0.path, community: community) }
        )
    }

    private func device(_ node: Node, _ path: RegistryPath, community: String) -> RegistryDevice {
        let known = [
            "hub_device_id", "adapter", "kind", "interval_seconds", "time_zone", "connection_watts", "inverter_watts",
            "register_digits", "registers", "status", "generation_id", "meter_swaps", "participation",
        ]
        guard let keys = MappingReader(node, path: path, keys: known, faults: faults) else {
            return RegistryDevice(hubDeviceID: "")
        }
        return RegistryDevice(
            hubDeviceID: keys.text("hub_device_id") ?? "",
            adapter: keys.choice("adapter", of: TelemetryAdapter.self) ?? .v1,
            kind: keys.choice("kind", of: TelemetryKind.self) ?? .register,
            intervalSeconds: intervalSeconds(keys),
            timeZone: keys.optionalText("time_zone"),
            connectionWatts: keys.number("connection_watts", in: 1...Int(Int32.max)),
            inverterWatts: keys.number("inverter_watts", in: 0...Int(Int32.max)),
            registerDigits: keys.number("register_digits", in: 1...9),
            registers: keys.choice("registers", of: MeterRegisters.self) ?? .both,
            status: keys.choice("status", of: DeviceStatus.self) ?? .enabled,
            generationID: keys.optionalText("generation_id"),
            meterSwaps: keys.list("meter_swaps").map { meterSwap($0.node, $0.path) },
            participations: keys.list("participation").map { participation($0.node, $0.path, community: community) }
        )
    }

    private func intervalSeconds(_ keys: MappingReader) -> Int? {
        let seconds = keys.number("interval_seconds", in: 1...86_400)
        if let seconds, !DeviceProfile.intervalLengths.contains(Int32(seconds)) {
            keys.fault("interval_seconds", "must be 300, 900, 1800 or 3600, is '\(seconds)'")
        }
        return seconds
    }

    private func meterSwap(_ node: Node, _ path: RegistryPath) -> RegistryMeterSwap {
        guard let keys = MappingReader(node, path: path, keys: ["at", "import", "export"], faults: faults) else {
            return RegistryMeterSwap(at: 0)
        }
        keys.requires("at")
        return RegistryMeterSwap(
            at: keys.instant("at") ?? 0,
            imported: exchange(keys, "import"),
            exported: exchange(keys, "export")
        )
    }

    /// The two values of one register, each in Wh or in kWh.
    private func exchange(_ swap: MappingReader, _ register: String) -> RegistryMeterSwap.Exchange? {
        let known = ["final_wh", "start_wh", "final_kwh", "start_kwh"]
        guard let keys = swap.mapping(register, keys: known) else { return nil }
        func value(_ name: String) -> Int64? {
            if keys.has("\(name)_wh"), keys.has("\(name)_kwh") {
                keys.fault("\(name)_kwh", "is given twice: leave out either \(name)_wh or \(name)_kwh")
            }
            if keys.has("\(name)_kwh") {
                keys.requires("\(name)_kwh")
                return keys.kilowattHours("\(name)_kwh")
            }
            keys.requires("\(name)_wh")
            return keys.number("\(name)_wh", in: 0...Int(RegistryMeterSwap.mostWh)).map { Int64($0) }
        }
        return RegistryMeterSwap.Exchange(finalWh: value("final") ?? 0, startWh: value("start") ?? 0)
    }

    private func participation(_ node: Node, _ path: RegistryPath, community: String) -> RegistryParticipation {
        let known = ["from", "to", "community", "participation_ppm", "share_ppm", "priority"]
        guard let keys = MappingReader(node, path: path, keys: known, faults: faults) else {
            return RegistryParticipation(community: community, from: 0)
        }
        keys.requires("from")
        return RegistryParticipation(
            community: keys.optionalText("community") ?? community,
            from: keys.instant("from") ?? 0,
            until: keys.instant("to"),
            participationPPM: keys.number("participation_ppm", in: 1...RegistryParticipation.wholePPM)
                ?? RegistryParticipation.wholePPM,
            sharePPM: keys.number("share_ppm", in: 0...RegistryParticipation.wholePPM),
            priority: keys.number("priority", in: Int(Int32.min)...Int(Int32.max))
        )
    }

    /// Where a path's value stands; where it has none, the nearest thing around it that is there.
    private static func mark(of path: RegistryPath, in root: Node) -> Mark? {
        var node = root
        for step in path.steps {
            switch step {
            case .key(let key):
                guard let next = node.mapping?[key] else { return node.mark }
                node = next
            case .index(let index):
                guard let sequence = node.sequence, index < sequence.count else { return node.mark }
                node = sequence[index]
            }
        }
        return node.mark
    }

    /// A fault of the YAML itself.
    static func fault(of error: any Error) -> RegistryFault {
        func fault(_ mark: Mark?, _ message: String) -> RegistryFault {
            RegistryFault(line: mark?.line, column: mark?.column, path: RegistryPath(), message)
        }
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return fault(mark, "is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            return fault(context.mark, "the key '\(keys.first ?? "")' is given twice in one mapping")
        case .reader(let problem, _, _, _):
            return fault(nil, "is not YAML text: \(problem)")
        default:
            return fault(nil, "is not YAML: \(error)")
        }
    }
}
