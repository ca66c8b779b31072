/// How a meter's registers run on from an exchange of the meter until the next one.
///
/// The registry records each exchange with the old meter's last values and the new one's first. From it on a register
/// counts with an offset, the sum of all final − start so far, so that register + offset runs on: across an exchange
/// (final − last reading) + (first reading − start) passes.
public struct MeterEpoch: Equatable, Sendable {
    /// When the meter was exchanged: microseconds since 1970-01-01T00:00:00Z.
    ///
    /// A reading at that very time is the new meter's.
    public var validFrom: Int64
    /// What the import register counts on top of what it shows, in Wh; may be below 0.
    public var importOffsetWh: Int64
    /// The same for the export register.
    public var exportOffsetWh: Int64
    /// Whether the import registers at the exchange are known; if not, no imported energy crosses it.
    public var importContinues: Bool
    /// The same for the export registers.
    public var exportContinues: Bool

    /// Makes an epoch.
    public init(
        validFrom: Int64,
        importOffsetWh: Int64 = 0,
        exportOffsetWh: Int64 = 0,
        importContinues: Bool = true,
        exportContinues: Bool = true
    ) {
        self.validFrom = validFrom
        self.importOffsetWh = importOffsetWh
        self.exportOffsetWh = exportOffsetWh
        self.importContinues = importContinues
        self.exportContinues = exportContinues
    }

    /// The offset of one register, in Wh.
    func offset(of register: EnergyRegister) -> Int64 {
        switch register {
        case .imported: importOffsetWh
        case .exported: exportOffsetWh
        }
    }

    /// Whether energy of one register crosses the exchange.
    func continues(_ register: EnergyRegister) -> Bool {
        switch register {
        case .imported: importContinues
        case .exported: exportContinues
        }
    }
}
