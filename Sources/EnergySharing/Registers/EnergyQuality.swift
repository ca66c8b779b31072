/// How far an amount of energy can be trusted; later cases are worse.
///
/// The raw value is the order (0 best); ``letter`` is what the database's `quality` column holds.
public enum EnergyQuality: UInt8, Sendable, Comparable, CaseIterable {
    /// Both edges measured.
    case measured = 0
    /// At least one edge is a firm substitute.
    case substituted = 1
    /// At least one edge is an estimate, or was interpolated over more than one interval.
    case estimated = 2

    /// The ASCII letter: M, S or E.
    public var letter: UInt8 {
        switch self {
        case .measured: 0x4D
        case .substituted: 0x53
        case .estimated: 0x45
        }
    }

    /// Better sorts before worse.
    public static func < (left: EnergyQuality, right: EnergyQuality) -> Bool { left.rawValue < right.rawValue }

    /// Reads the database's letter; `nil` for any letter that takes no part in settlement.
    public init?(letter: UInt8) {
        switch letter {
        case 0x4D: self = .measured
        case 0x53: self = .substituted
        case 0x45: self = .estimated
        default: return nil
        }
    }
}
