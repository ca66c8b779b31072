/// One member of a community: a home, a business, a plant.
public struct RegistryMember: Sendable, Equatable {
    /// Its short, stable name in queries, unique in its community: `[a-z0-9][a-z0-9._-]{0,62}`.
    public var code: String
    /// Its name for people.
    public var name: String
    /// What it is.
    public var kind: MemberKind
    /// Its meters, in the file's order.
    public var devices: [RegistryDevice]

    /// Makes a member.
    public init(code: String, name: String, kind: MemberKind = .household, devices: [RegistryDevice] = []) {
        self.code = code
        self.name = name
        self.kind = kind
        self.devices = devices
    }
}
