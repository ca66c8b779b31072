public import EnergySharing

/// One meter's energy of one interval in one community: what the sums of a report are made of.
public struct EnergyRow: Sendable, Equatable {
    /// The interval's beginning: microseconds since 1970-01-01T00:00:00Z.
    public var start: Int64
    /// The interval's length in microseconds.
    public var length: Int64
    /// The place of the meter's member in ``EnergyReport/members``.
    public var member: Int
    /// The energy in Wh; in a member's report what takes part in no community is grid and surplus here.
    public var energy: EnergyBySource

    /// Makes a row.
    public init(start: Int64, length: Int64, member: Int, energy: EnergyBySource) {
        self.start = start
        self.length = length
        self.member = member
        self.energy = energy
    }
}
