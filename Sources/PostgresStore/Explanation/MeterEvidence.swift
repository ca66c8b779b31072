public import CommunityRegistry
public import EnergySharing

/// What a meter said about an interval, and what of it was used.
public struct MeterEvidence: Sendable {
    /// How the interval's energy followed from it.
    public enum Energy: Sendable {
        /// From registers.
        case registers(MeterTrace)
        /// From the energy of intervals.
        case intervals(IntervalTrace)

        /// The energy; `nil`: none is known.
        public var energy: IntervalEnergy? {
            switch self {
            case .registers(let trace): trace.energy
            case .intervals(let trace): trace.energy
            }
        }
    }

    /// How the interval's energy followed from it.
    public var energy: Energy
    /// The readings that were used, and those between them that were not, in order of time.
    public var readings: [Reading]
    /// The meter's exchanges between these readings, in order of time.
    public var exchanges: [RegistryMeterSwap]
    /// What is odd about readings that touch the interval, in order of time.
    public var findings: [ReadingFinding]

    /// A stored reading, and what became of it here.
    public struct Reading: Sendable, Equatable {
        /// What was said, when it came, and who brought it.
        public var entry: HistoryEntry
        /// What became of it.
        public var use: Use
        /// Who decided about it; `nil`: nobody did.
        public var decidedBy: HistoryEntry.Actor?
    }

    /// What became of a reading.
    public enum Use: String, Sendable {
        /// It counts.
        case counts
        /// It counts, and what leads to it was accepted by somebody.
        case accepted
        /// Somebody set it aside.
        case setAside = "set-aside"
        /// It fits neither of its neighbours, which agree.
        case outlier
        /// It lies in the time of a longer one, which counts.
        case overlap
        /// Its quality takes no part.
        case quality
    }
}
