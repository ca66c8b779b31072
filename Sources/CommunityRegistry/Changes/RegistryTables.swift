internal import MeterReadings

/// A registry taken apart: each thing by its key, so that two registries can be compared.
struct RegistryTables: Sendable {
    /// A member's key.
    struct MemberKey: Hashable, Sendable {
        var community: String
        var member: String
    }

    /// Communities by code, without their members.
    private(set) var communities: [String: RegistryCommunity] = [:]
    /// Members, without their devices.
    private(set) var members: [MemberKey: RegistryMember] = [:]
    /// Devices by hub device id.
    private(set) var devices: [String: RegistryDevice] = [:]
    /// Whose each device is; nothing for a device that nobody has.
    private(set) var owners: [String: MemberKey] = [:]
    /// The keys in the order in which they came.
    private(set) var communityOrder: [String] = []
    private(set) var memberOrder: [MemberKey] = []
    private(set) var deviceOrder: [String] = []

    /// Takes a document apart.
    init(_ document: RegistryDocument, unassigned: [RegistryDevice] = []) {
        for community in document.communities {
            set(community)
            for member in community.members {
                let key = MemberKey(community: community.code, member: member.code)
                set(member, key)
                for device in member.devices { set(device, owner: key) }
            }
        }
        for device in unassigned { set(device, owner: nil) }
    }

    /// Adds or replaces a community.
    mutating func set(_ community: RegistryCommunity) {
        if communities[community.code] == nil { communityOrder.append(community.code) }
        communities[community.code] = community
        communities[community.code]?.members = []
    }

    /// Adds or replaces a member.
    mutating func set(_ member: RegistryMember, _ key: MemberKey) {
        if members[key] == nil { memberOrder.append(key) }
        members[key] = member
        members[key]?.devices = []
    }

    /// Adds or replaces a device.
    mutating func set(_ device: RegistryDevice, owner: MemberKey?) {
        if devices[device.hubDeviceID] == nil { deviceOrder.append(device.hubDeviceID) }
        devices[device.hubDeviceID] = device
        owners[device.hubDeviceID] = owner
    }

    /// Replaces a device's participations.
    mutating func set(_ participations: [RegistryParticipation], of hubDeviceID: String) {
        devices[hubDeviceID]?.participations = participations.sorted {
            ($0.community, $0.from) < ($1.community, $1.from)
        }
    }

    /// A device's participations in a community, by time.
    func participations(of pair: DevicePair) -> [RegistryParticipation] {
        (devices[pair.hubDeviceID]?.participations ?? [])
            .filter { $0.community == pair.community }
            .sorted { $0.from < $1.from }
    }

    /// All pairs of devices and communities that there are participations of.
    var pairs: Set<DevicePair> {
        var pairs: Set<DevicePair> = []
        for (id, device) in devices {
            for part in device.participations { pairs.insert(DevicePair(hubDeviceID: id, community: part.community)) }
        }
        return pairs
    }

    /// The kinds of the meters that take part in a community, at any time.
    func kinds(in community: String) -> Set<TelemetryKind> {
        Set(devices.values.filter { $0.participations.contains { $0.community == community } }.map(\.kind))
    }

    /// The document again; devices that nobody has are left out.
    var document: RegistryDocument {
        var devicesOfMember: [MemberKey: [RegistryDevice]] = [:]
        for id in deviceOrder {
            if let owner = owners[id], let device = devices[id] { devicesOfMember[owner, default: []].append(device) }
        }
        var membersOfCommunity: [String: [RegistryMember]] = [:]
        for key in memberOrder {
            guard var member = members[key] else { continue }
            member.devices = devicesOfMember[key] ?? []
            membersOfCommunity[key.community, default: []].append(member)
        }
        return RegistryDocument(
            communities: communityOrder.compactMap { code in
                var community = communities[code]
                community?.members = membersOfCommunity[code] ?? []
                return community
            }
        )
    }
}
