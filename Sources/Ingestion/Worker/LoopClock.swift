/// Time and chance, as the ingest loop needs them: the machine's own, or those of a simulation.
struct LoopClock {
    /// The present instant; it never goes back.
    var now: () -> ContinuousClock.Instant
    /// A random number from 0 to 1, so that workers do not come back together.
    var jitter: () -> Double

    /// The machine's own.
    static var machine: LoopClock { LoopClock(now: { .now }, jitter: { Double.random(in: 0...1) }) }
}
