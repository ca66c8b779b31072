/// Whether a device's telemetry is taken, by the names that the registry uses.
public enum DeviceStatus: String, Sendable, CaseIterable {
    /// It is.
    case enabled
    /// It is refused as `disabled_device`.
    case disabled
}
