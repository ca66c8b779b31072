/// One reading as a meter shows it.
struct SimulatedReading: Sendable, Equatable {
    /// When it was taken, or, of kind interval, when its interval begins: microseconds since 1970-01-01T00:00:00Z.
    var time: Int64
    /// The registers, or, of kind interval, the energy; in Wh.
    var values: MeterRegisters.Pair
}
