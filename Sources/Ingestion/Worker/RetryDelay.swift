import Dispatch

/// How long to wait before an attempt: doubling from 50 ms, capped, with jitter so that workers do not come back together.
enum RetryDelay {
    /// The delay before the attempt with this number (from 1), between half and all of the exponential value.
    ///
    /// - Parameter jitter: A random number from 0 to 1.
    static func before(attempt: Int, longest: Duration, jitter: Double) -> Duration {
        guard attempt > 0 else { return .zero }
        let full = min(Duration.milliseconds(50) * (1 << min(attempt - 1, 12)), longest)
        return full * (0.5 + jitter / 2)
    }

    /// Waits on the current thread, which must be one that may block.
    static func sleep(attempt: Int, longest: Duration) {
        let delay = before(attempt: attempt, longest: longest, jitter: Double.random(in: 0...1))
        _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .microseconds(Int(delay / .microseconds(1))))
    }
}
