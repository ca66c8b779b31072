public import CommunityRegistry

/// What somebody decides about an anomaly.
public enum AnomalyDecision: Sendable, Equatable {
    /// Which reading is meant.
    public enum Choice: Sendable, Equatable {
        /// The one at the anomaly's beginning.
        case before
        /// The one at its end.
        case after
        /// The one of this instant: microseconds since 1970-01-01T00:00:00Z.
        case at(Int64)
    }

    /// The meter was exchanged: at this instant (`nil`: at the first reading after the anomaly), with these registers; `nil`: not known.
    case meterSwap(at: Int64?, imported: RegistryMeterSwap.Exchange?, exported: RegistryMeterSwap.Exchange?)
    /// A reading is wrong; `nil`: the one that the anomaly is about, where it is about one.
    case setAside(Choice?)
    /// What the readings say is right.
    case accept

    /// What the database calls it.
    public var resolution: AnomalyResolution {
        switch self {
        case .meterSwap: .meterSwap
        case .setAside: .setAside
        case .accept: .accept
        }
    }
}
