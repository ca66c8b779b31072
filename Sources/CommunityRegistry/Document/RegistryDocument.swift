/// The registry as one document: who takes part in which community, with which meters, and how energy is split.
///
/// It is what the registry file says, or what the database holds. A plain value: nothing is checked here, see
/// ``RegistryValidator``.
public struct RegistryDocument: Sendable, Equatable {
    /// The communities, in the file's order.
    public var communities: [RegistryCommunity]

    /// Makes a document.
    public init(communities: [RegistryCommunity] = []) {
        self.communities = communities
    }
}
