public import CommunityRegistry

/// The registry as the database holds it.
public struct RegistrySnapshot: Sendable {
    /// How often it was changed.
    public var version: Int64
    /// Communities by code, members by code, devices by hub device id.
    public var document: RegistryDocument
    /// Devices that no member has; they have no place in the document.
    public var unassigned: [RegistryDevice]
    /// The instants of meter swaps, by hub device id, that were decided on an anomaly.
    public var decidedSwaps: [String: Set<Int64>]
}
