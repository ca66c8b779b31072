/// What a device reports: cumulative registers, or the energy of intervals.
public enum TelemetryKind: String, Sendable, CaseIterable {
    /// Cumulative registers, read at instants.
    case register
    /// Energy per interval.
    case interval
}
