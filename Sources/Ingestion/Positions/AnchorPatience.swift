/// How long the source has been asked for the records before the positions: only then does it mean something that one did not come.
///
/// Time in which the loop did not poll does not count: a process that stood still (stopped, swapped, its machine paused), or that waited
/// for a slow database, has not looked. A pure value; time comes in.
struct AnchorPatience: Sendable, Equatable {
    private var lastPoll: ContinuousClock.Instant?
    private var polledFor: Duration = .zero
    private let wanted: Duration

    /// Makes the patience of an assignment that is asked for this long.
    init(_ wanted: Duration) { self.wanted = wanted }

    /// The source is polled; a pause since the last time counts for a little only.
    mutating func polls(at now: ContinuousClock.Instant) {
        if let lastPoll { polledFor += min(lastPoll.duration(to: now), wanted / 15) }
        lastPoll = now
    }

    /// Whether it was asked long enough.
    var isExhausted: Bool { polledFor >= wanted }
}
