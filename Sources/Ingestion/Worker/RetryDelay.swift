import Dispatch

/// How long to wait before an attempt: doubling from 50 ms, capped, with jitter so that workers do not come back together.
enum RetryDelay {
    /// The delay before the attempt with this number (from 1), between half and all of the exponential value.
    static func before(attempt: Int, longest: Duration) -> Duration {
        guard attempt > 0 else { return .zero }
        let full = min(Duration.milliseconds(50) * (1 << min(attempt - 1, 12)), longest)
        return full * Double.random(in: 0.5...1)
    }

    /// Waits on the current thread, which must be one that may block.
    static func sleep(attempt: Int, longest: Duration) {
        let delay = before(attempt: attempt, longest: longest)
        _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .microseconds(Int(delay / .microseconds(1))))
    }
}
