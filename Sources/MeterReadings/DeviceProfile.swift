/// What the registry says about how to read a device's payload.
public struct DeviceProfile: Sendable, Equatable {
    /// The payload's format.
    public var adapter: TelemetryAdapter
    /// Registers or interval energy.
    public var kind: TelemetryKind
    /// Which registers its readings report.
    public var registers: MeterRegisters

    /// Makes a profile.
    public init(adapter: TelemetryAdapter = .v1, kind: TelemetryKind = .register, registers: MeterRegisters = .both) {
        self.adapter = adapter
        self.kind = kind
        self.registers = registers
    }
}
