/// How far a reading can be trusted, by the letters of telemetry v1.
///
/// The raw value is the ASCII letter, which is also what the database's `quality` column holds.
public enum ReadingQuality: UInt8, Sendable, CaseIterable {
    /// Measured by the meter.
    case measured = 0x4D  // M
    /// Substituted, firm: it may be billed.
    case substituted = 0x53  // S
    /// Estimated, preliminary: it will be replaced.
    case estimated = 0x45  // E
    /// Faulty: kept as evidence, takes no part in settlement.
    case faulty = 0x46  // F
    /// Missing: the reader says that it has no value; takes no part in settlement.
    case missing = 0x4E  // N

    /// The place in the order of trust: 0 is best (M), 4 is worst (N).
    public var rank: UInt8 {
        switch self {
        case .measured: 0
        case .substituted: 1
        case .estimated: 2
        case .faulty: 3
        case .missing: 4
        }
    }

    /// Whether settlement may use the reading: measured, substituted and estimated ones.
    public var takesPartInSettlement: Bool { rank <= 2 }
}
