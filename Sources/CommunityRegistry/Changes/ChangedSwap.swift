/// A meter swap that a registry adds, changes or takes back.
public struct ChangedSwap: Sendable, Equatable {
    /// The device.
    public var hubDeviceID: String
    /// The instant.
    public var at: Int64
    /// What it is afterwards; `nil`: nothing, it is taken back.
    public var swap: RegistryMeterSwap?

    /// Makes a change.
    public init(hubDeviceID: String, at: Int64, swap: RegistryMeterSwap?) {
        self.hubDeviceID = hubDeviceID
        self.at = at
        self.swap = swap
    }
}
