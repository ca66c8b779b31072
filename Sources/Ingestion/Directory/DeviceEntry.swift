public import EnergySharing
public import MeterReadings

/// What the ingest loop knows of a device from the registry.
public struct DeviceEntry: Sendable, Equatable {
    /// The registry's number for it, the database's `device_id`.
    public var deviceID: Int32
    /// Its name on the hub, as bytes.
    public var hubDeviceID: [UInt8]
    /// How to read its payload.
    public var profile: DeviceProfile
    /// What its connection can carry.
    public var limits: ConnectionLimits
    /// Whether its telemetry is taken.
    public var isEnabled: Bool
    /// The hub's generation id of its present life; `nil`: not checked.
    public var generationID: [UInt8]?

    /// Makes an entry.
    public init(
        deviceID: Int32,
        hubDeviceID: [UInt8],
        profile: DeviceProfile = DeviceProfile(),
        limits: ConnectionLimits = ConnectionLimits(),
        isEnabled: Bool = true,
        generationID: [UInt8]? = nil
    ) {
        self.deviceID = deviceID
        self.hubDeviceID = hubDeviceID
        self.profile = profile
        self.limits = limits
        self.isEnabled = isEnabled
        self.generationID = generationID
    }
}
