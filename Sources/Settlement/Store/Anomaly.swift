/// Something in a meter's stored readings that a person should look at.
public struct Anomaly: Sendable, Equatable {
    /// The meter.
    public var deviceID: Int32
    /// What it is: `break` (no energy crosses it) or `outlier` (one reading was set aside).
    public var kind: String
    /// The last good reading before it, microseconds since 1970-01-01T00:00:00Z; for an outlier, the reading itself.
    public var fromAt: Int64
    /// The first good reading after it; for an outlier, the reading itself.
    public var toAt: Int64
    /// A sentence for people, with the register values.
    public var detail: String

    /// Makes an anomaly.
    public init(deviceID: Int32, kind: String, fromAt: Int64, toAt: Int64, detail: String) {
        self.deviceID = deviceID
        self.kind = kind
        self.fromAt = fromAt
        self.toAt = toAt
        self.detail = detail
    }
}
