/// The payload formats that a device may send, by the names that the registry uses.
public enum TelemetryAdapter: String, Sendable, CaseIterable {
    /// Wattsource's own telemetry v1.
    case v1
}
