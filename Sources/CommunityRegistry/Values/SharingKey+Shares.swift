internal import EnergySharing

extension SharingKey {
    /// Whether it divides by the fixed shares of the participations.
    var usesShares: Bool {
        switch self {
        case .static, .staticMultiRound, .hybrid: true
        case .proportional, .equal, .priority, .pool: false
        }
    }
}
