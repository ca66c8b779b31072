/// The devices of the registry at one version.
public struct DirectorySnapshot: Sendable {
    /// The registry's version that this is.
    public var registryVersion: Int64
    /// All devices, in any order.
    public var devices: [DeviceEntry]

    /// Makes a snapshot.
    public init(registryVersion: Int64, devices: [DeviceEntry]) {
        self.registryVersion = registryVersion
        self.devices = devices
    }
}
