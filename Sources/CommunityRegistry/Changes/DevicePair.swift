/// A device and a community that it takes part in.
public struct DevicePair: Sendable, Hashable, Comparable {
    /// The device's name on the hub.
    public var hubDeviceID: String
    /// The community's code.
    public var community: String

    /// Makes a pair.
    public init(hubDeviceID: String, community: String) {
        self.hubDeviceID = hubDeviceID
        self.community = community
    }

    /// By device, then community.
    public static func < (left: DevicePair, right: DevicePair) -> Bool {
        (left.hubDeviceID, left.community) < (right.hubDeviceID, right.community)
    }
}
