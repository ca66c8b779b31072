/// Lets so many events through per window, and counts the others.
struct RateLimit: Sendable {
    /// What to do with an event.
    enum Verdict: Sendable, Equatable {
        /// Show it, and that so many before it were not shown.
        case pass(suppressed: Int)
        /// Do not show it.
        case suppress
    }

    private let limit: Int
    private let window: Duration
    private var windowStart: ContinuousClock.Instant?
    private var passed = 0
    private var suppressed = 0

    /// Lets `limit` events through in each `window`.
    init(_ limit: Int, per window: Duration) {
        self.limit = limit
        self.window = window
    }

    /// Judges an event that happens now.
    mutating func judge(at now: ContinuousClock.Instant) -> Verdict {
        if let start = windowStart, now - start < window {
            guard passed < limit else {
                suppressed += 1
                return .suppress
            }
        } else {
            windowStart = now
            passed = 0
        }
        passed += 1
        defer { suppressed = 0 }
        return .pass(suppressed: suppressed)
    }
}
