import Dispatch
import Ingestion

extension StopFlag {
    /// Blocks the thread for a time, or until the flag is set.
    func wait(_ duration: Duration) {
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end, !isSet {
            _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(20))
        }
    }
}
