/// What kind of event the hub says that a record is (`iothub-message-source`).
public enum MessageSource: Sendable {
    /// There is no such header: a record that no hub has written.
    case absent
    /// A message of a device.
    case telemetry
    /// An event of the hub about a device (life cycle, twin, connection); it holds no readings.
    case other
}
