/// Who takes part in which community, and when: to say whose intervals a change touches.
struct Partakers {
    /// A device's participation, before a change or after it.
    private struct Part {
        var hubDeviceID: String
        var span: TimeSpan
    }

    private var parts: [String: [Part]] = [:]
    private var owners: [String: RegistryTables.MemberKey] = [:]

    /// Takes together what registries say; of a device's members the last counts.
    init(_ registries: [RegistryTables]) {
        for tables in registries {
            owners.merge(tables.owners) { _, later in later }
            for (id, device) in tables.devices {
                for part in device.participations {
                    parts[part.community, default: []].append(Part(hubDeviceID: id, span: part.span))
                }
            }
        }
    }

    /// The devices that take part in a community at any instant of a span.
    func devices(in span: CommunitySpan) -> Set<String> {
        Set((parts[span.community] ?? []).filter { $0.span.overlaps(span.span) }.map(\.hubDeviceID))
    }

    /// Whose these devices are, in order: the member's code, with its community's where that is another one; the device's own name
    /// where nobody has it.
    func members(of devices: Set<String>, seenFrom community: String) -> [String] {
        let names = devices.map { id in
            guard let owner = owners[id] else { return "device \(id)" }
            return owner.community == community ? owner.member : "\(owner.community)/\(owner.member)"
        }
        return Set(names).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
