/// What a connection can physically carry, from the registry: the measure of a plausible register step.
public struct ConnectionLimits: Equatable, Sendable {
    /// The connection's power in W; 17,250 (3 x 25 A at 230 V) where the registry says nothing.
    public var connectionWatts: Int64
    /// The inverter's power in W; `nil`: the connection's power limits export too.
    public var inverterWatts: Int64?
    /// The number of whole-kWh digits of the register, which wraps at 10^digits kWh; `nil`: it is not known to wrap.
    public var registerDigits: Int?

    /// Makes limits; see the properties for units and defaults.
    public init(connectionWatts: Int64 = 17_250, inverterWatts: Int64? = nil, registerDigits: Int? = nil) {
        self.connectionWatts = connectionWatts
        self.inverterWatts = inverterWatts
        self.registerDigits = registerDigits
    }
}
