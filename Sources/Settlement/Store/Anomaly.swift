public import EnergySharing

/// Something in a meter's stored readings that a person should look at.
public struct Anomaly: Sendable, Equatable {
    /// The meter.
    public var deviceID: Int32
    /// What it is.
    public var kind: AnomalyKind
    /// Where it begins, microseconds since 1970-01-01T00:00:00Z; see ``EnergySharing/ReadingFinding``.
    public var fromAt: Int64
    /// Where it ends.
    public var toAt: Int64
    /// A sentence for people, with the readings' values.
    public var detail: String

    /// Makes an anomaly.
    public init(deviceID: Int32, kind: AnomalyKind, fromAt: Int64, toAt: Int64, detail: String) {
        self.deviceID = deviceID
        self.kind = kind
        self.fromAt = fromAt
        self.toAt = toAt
        self.detail = detail
    }
}
