/// The unit of a payload's registers.
enum EnergyUnit {
    /// Watt-hours.
    case wattHours
    /// Kilowatt-hours.
    case kilowattHours

    /// The power of ten that makes watt-hours of it.
    var power: Int {
        switch self {
        case .wattHours: 0
        case .kilowattHours: 3
        }
    }
}
