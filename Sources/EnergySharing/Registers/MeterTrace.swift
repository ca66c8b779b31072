/// How the energy of one interval followed from both registers of a meter.
public struct MeterTrace: Equatable, Sendable {
    /// The import register.
    public var imported: RegisterTrace
    /// The export register.
    public var exported: RegisterTrace
    /// What ``RegisterSeries/energies(from:interval:count:)`` says of the interval.
    public var energy: IntervalEnergy?
}
