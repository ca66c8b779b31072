/// One energy community: its rules and its members.
public struct RegistryCommunity: Sendable, Equatable {
    /// Its short, stable name in queries, unique: `[a-z0-9][a-z0-9._-]{0,62}`.
    public var code: String
    /// Its name for people.
    public var name: String
    /// The IANA name of the zone whose days its reports use.
    public var timeZone: String
    /// How it settles, by span of time: in order, without overlaps or holes.
    public var rules: [RegistryRule]
    /// Its members, in the file's order.
    public var members: [RegistryMember]

    /// Makes a community.
    public init(code: String, name: String, timeZone: String, rules: [RegistryRule], members: [RegistryMember] = []) {
        self.code = code
        self.name = name
        self.timeZone = timeZone
        self.rules = rules
        self.members = members
    }
}
