/// What the registry says about how to read a device's payload.
public struct DeviceProfile: Sendable, Equatable {
    /// The lengths that intervals may have, in seconds: each holds the shorter ones whole, and an hour holds all.
    public static let intervalLengths: [Int32] = [300, 900, 1800, 3600]
    /// The length of an interval where the registry does not say it, in seconds.
    public static let defaultIntervalSeconds: Int32 = 900

    /// The payload's format.
    public var adapter: TelemetryAdapter
    /// Registers or interval energy; the latter only with ``TelemetryAdapter/v1``.
    public var kind: TelemetryKind
    /// Which registers its readings report.
    public var registers: MeterRegisters
    /// The length of its intervals in seconds, if it reports energy of intervals; `nil` is ``defaultIntervalSeconds``.
    public var intervalSeconds: Int32?
    /// The zone of the times that it gives without one; `nil` if the registry names none.
    public var zone: LocalZone?

    /// Makes a profile.
    public init(
        adapter: TelemetryAdapter = .v1,
        kind: TelemetryKind = .register,
        registers: MeterRegisters = .both,
        zone: LocalZone? = nil,
        intervalSeconds: Int32? = nil
    ) {
        self.adapter = adapter
        self.kind = kind
        self.registers = registers
        self.zone = zone
        self.intervalSeconds = intervalSeconds
    }
}
