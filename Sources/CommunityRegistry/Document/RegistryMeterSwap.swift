internal import MeterReadings

/// The exchange of a device's meter for another one: from its instant on, the new meter's registers count.
///
/// Energy runs on across it: (final − last reading) + (first reading − start), register by register.
public struct RegistryMeterSwap: Sendable, Equatable {
    /// What one register showed when the meters were exchanged, in Wh.
    public struct Exchange: Sendable, Equatable {
        /// The old meter's last value.
        public var finalWh: Int64
        /// The new meter's first value.
        public var startWh: Int64

        /// Makes an exchange.
        public init(finalWh: Int64, startWh: Int64) {
            self.finalWh = finalWh
            self.startWh = startWh
        }
    }

    /// The largest value of a register, in Wh.
    public static let mostWh = MeterReading.maximumWh

    /// When: readings from then on are the new meter's; microseconds since 1970-01-01T00:00:00Z.
    public var at: Int64
    /// The import registers; `nil`: not known, and no import is counted across the exchange.
    public var imported: Exchange?
    /// The export registers; `nil`: not known, and no export is counted across the exchange.
    public var exported: Exchange?

    /// Makes a swap.
    public init(at: Int64, imported: Exchange? = nil, exported: Exchange? = nil) {
        self.at = at
        self.imported = imported
        self.exported = exported
    }
}
