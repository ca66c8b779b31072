public import MeterReadings

/// One meter, as the hub and the registry know it.
public struct RegistryDevice: Sendable, Equatable {
    /// Its name on the hub, 1 to 128 bytes, unique; it never changes.
    public var hubDeviceID: String
    /// The payload's format.
    public var adapter: TelemetryAdapter
    /// Registers or interval energy.
    public var kind: TelemetryKind
    /// The length of a reading of kind interval, in seconds: 300, 900, 1800 or 3600; `nil` for registers.
    public var intervalSeconds: Int?
    /// The zone of times that the device sends without one; `nil`: such times are refused.
    public var timeZone: String?
    /// What its connection can carry, in W; `nil`: not known.
    public var connectionWatts: Int?
    /// What its inverter can feed, in W; `nil`: not known.
    public var inverterWatts: Int?
    /// The whole-kWh digits of its register, 1 to 9, which wraps at 10^digits kWh; `nil`: it is not known to wrap.
    public var registerDigits: Int?
    /// Which registers its readings report; fixed once it has any.
    public var registers: MeterRegisters
    /// Whether its telemetry is taken.
    public var status: DeviceStatus
    /// The hub's generation id of its present life; `nil`: not checked.
    public var generationID: String?
    /// When its meter was exchanged, by time.
    public var meterSwaps: [RegistryMeterSwap]
    /// When it takes part in which community, by community and time.
    public var participations: [RegistryParticipation]

    /// The length of intervals where the registry says nothing, in seconds.
    public static let defaultIntervalSeconds = Int(DeviceProfile.defaultIntervalSeconds)

    /// Makes a device; without `intervalSeconds`, one of kind interval has ``defaultIntervalSeconds``.
    public init(
        hubDeviceID: String,
        adapter: TelemetryAdapter = .v1,
        kind: TelemetryKind = .register,
        intervalSeconds: Int? = nil,
        timeZone: String? = nil,
        connectionWatts: Int? = nil,
        inverterWatts: Int? = nil,
        registerDigits: Int? = nil,
        registers: MeterRegisters = .both,
        status: DeviceStatus = .enabled,
        generationID: String? = nil,
        meterSwaps: [RegistryMeterSwap] = [],
        participations: [RegistryParticipation] = []
    ) {
        self.hubDeviceID = hubDeviceID
        self.adapter = adapter
        self.kind = kind
        self.intervalSeconds = intervalSeconds ?? (kind == .interval ? Self.defaultIntervalSeconds : nil)
        self.timeZone = timeZone
        self.connectionWatts = connectionWatts
        self.inverterWatts = inverterWatts
        self.registerDigits = registerDigits
        self.registers = registers
        self.status = status
        self.generationID = generationID
        self.meterSwaps = meterSwaps
        self.participations = participations
    }
}
